#pragma once
// state.json of a checkpoint: where training stood, and size and checksum of every other file. The document carries a
// checksum of itself and has one spelling only, so that any changed byte is found.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "contracts/train_state.hpp"

namespace myxtts::checkpoint {

struct FileRecord {
  std::uint64_t bytes = 0;
  std::string checksum;  // XXH64, 16 hexadecimal digits

  bool operator==(const FileRecord&) const = default;
};

struct StateDocument {
  contracts::StageProgress progress;
  std::string data_checksum;
  std::string devices;
  std::map<std::string, FileRecord> files;  // by file name
};

// The bytes of state.json: the same for the same content. Numbers come back exactly.
[[nodiscard]] std::string render(const StateDocument& document);

// Reads state.json. `where` names the file in messages.
// Throws: CheckpointError where it is damaged or written by a later version.
[[nodiscard]] StateDocument parse_state_document(std::string_view text, std::string_view where);

}  // namespace myxtts::checkpoint

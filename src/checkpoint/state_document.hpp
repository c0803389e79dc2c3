#pragma once
// state.json of a checkpoint: the progress of training, and size and checksum of every other file. Its last lines hold
// a checksum of the bytes before them, so that any changed byte is found: docs/checkpoint_format.md.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "contracts/train_state.hpp"
#include "core/error.hpp"

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

// The checkpoint is intact, but of a format version that is newer than this program's.
class NewerVersionError : public core::CheckpointError {
 public:
  using core::CheckpointError::CheckpointError;
};

// The bytes of state.json, in this program's version of the format: equal for equal content. Numbers are restored
// exactly when it is read.
[[nodiscard]] std::string render(const StateDocument& document);

// Reads state.json of this version or an older one. `where` names the file in messages.
// Throws: CheckpointError if it is damaged; NewerVersionError if a newer version has a key that this one does not know.
[[nodiscard]] StateDocument parse_state_document(std::string_view text, std::string_view where);

}  // namespace myxtts::checkpoint

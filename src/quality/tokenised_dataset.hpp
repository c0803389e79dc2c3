#pragma once
// The data set of a run: checked and tokenised.

#include <span>
#include <string>

#include "config/settings.hpp"
#include "core/file_system.hpp"
#include "quality/check.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::quality {

// Which clips are read, and how thoroughly they are checked.
struct Reading {
  std::span<const std::string> folders;  // in the syntax of parse_data_folder
  manifest::Subset subset = manifest::Subset::kAll;
  Depth depth = Depth::kHeaders;
  dataset::FindRecording known = {};  // as in check_data_set
};

struct TokenisedDataset {
  CheckedDataset checked;
  std::string tokenizer_json;
  text::Tokenizer tokenizer;
};

// Checks the clips of the folders, normalises their texts as settings.text says, and tokenises them.
// Throws: DataError as check_folders does; ConfigError if the language has no normaliser or the vocabulary lacks it.
[[nodiscard]] CheckedDataset check_and_tokenise(const core::FileSystem& files, const config::Settings& settings,
                                                const Reading& reading, const text::Tokenizer& tokenizer);

// The same with the vocabulary of a tokenizer file; if that is empty, a vocabulary is made from the clips that passed
// the check. Throws: DataError also if no vocabulary can be made, or the given one is damaged.
[[nodiscard]] TokenisedDataset check_and_tokenise(const core::FileSystem& files, const config::Settings& settings,
                                                  const Reading& reading, const std::string& tokenizer_json);

}  // namespace myxtts::quality

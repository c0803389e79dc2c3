#pragma once
// A data set as a run reads it: checked, and its texts as tokens.

#include <span>
#include <string>

#include "config/settings.hpp"
#include "core/file_system.hpp"
#include "quality/check.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::quality {

// What is read, and how closely.
struct Reading {
  std::span<const std::string> folders;  // as parse_data_folder reads them
  manifest::Subset subset = manifest::Subset::kAll;
  Depth depth = Depth::kHeaders;
  dataset::FindRecording known = {};  // as check_data_set takes it
};

struct TokenisedDataset {
  CheckedDataset checked;
  std::string tokenizer_json;
  text::Tokenizer tokenizer;
};

// Checks the folders' clips, their texts normalised as settings.text says, and gives them the tokens of the vocabulary.
// Throws: DataError as check_folders does; ConfigError where the language has no normaliser or the vocabulary lacks it.
[[nodiscard]] CheckedDataset check_and_tokenise(const core::FileSystem& files, const config::Settings& settings,
                                                const Reading& reading, const text::Tokenizer& tokenizer);

// The same with the vocabulary of a tokenizer file; where that is empty, the clips that passed the check make one.
// Throws: DataError where no vocabulary can be made, too, or the one that was given is damaged.
[[nodiscard]] TokenisedDataset check_and_tokenise(const core::FileSystem& files, const config::Settings& settings,
                                                  const Reading& reading, const std::string& tokenizer_json);

}  // namespace myxtts::quality

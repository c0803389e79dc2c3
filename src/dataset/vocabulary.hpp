#pragma once
// The vocabulary that a run learns from its transcripts if none is given.

#include <string>

#include "config/settings.hpp"
#include "dataset/dataset.hpp"

namespace myxtts::dataset {

// A tokenizer file for the clips' texts, with the prefixes and alphabets of their languages.
// Throws: core::DataError as text::learn_vocabulary does.
[[nodiscard]] std::string learn_vocabulary(const Dataset& dataset, const config::TextSettings& settings);

}  // namespace myxtts::dataset

#pragma once
// Byte-pair vocabularies learned from texts.

#include <cstdint>
#include <span>
#include <string>

#include "formats/tokenizer_json.hpp"

namespace myxtts::text {

struct BytePairOptions {
  std::int64_t entries = 1024;     // of the whole vocabulary: special tokens, characters, and what is merged from them
  std::int64_t minimum_count = 2;  // a pair that occurs less often is not merged
};

// The vocabulary of the texts' characters (Tokenizer::character_vocabulary), and then, one after another, the adjacent
// pair of tokens that occurs most often within the texts' words; of equally frequent pairs the one with the lowest ids.
// It ends early where no pair is left that occurs often enough. The order of the texts does not matter.
// Throws: core::DataError where a text is no UTF-8, or the characters alone are more than the entries.
// Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units", section 3.2; the same
// vocabulary and merges as those of BpeTrainer in Hugging Face's `tokenizers`.
[[nodiscard]] formats::TokenizerFile train_byte_pairs(std::span<const std::string> normalised_texts,
                                                      std::span<const std::string> languages, BytePairOptions options);

}  // namespace myxtts::text

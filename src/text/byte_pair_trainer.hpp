#pragma once
// Byte-pair vocabularies learned from texts.

#include <cstdint>
#include <span>
#include <string>

#include "formats/tokenizer_json.hpp"

namespace myxtts::text {

struct BytePairOptions {
  std::int64_t entries = 1024;     // of the vocabulary: special tokens, characters and merged tokens
  std::int64_t minimum_count = 2;  // a pair that occurs less often is not merged
};

// Starts from the vocabulary of the texts' characters (Tokenizer::character_vocabulary) and repeatedly adds the
// adjacent pair of tokens that is most frequent within the texts' words; of equally frequent pairs, the one with the
// lowest ids. Stops early if no pair is left that is frequent enough. The order of the texts does not matter.
// Throws: core::DataError if a text is not UTF-8, or if there are more characters than `entries`.
// Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units", section 3.2; the same
// vocabulary and merges as BpeTrainer in Hugging Face's `tokenizers`.
[[nodiscard]] formats::TokenizerFile train_byte_pairs(std::span<const std::string> normalised_texts,
                                                      std::span<const std::string> languages, BytePairOptions options);

}  // namespace myxtts::text

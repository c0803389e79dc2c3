#pragma once
// Splits a text of any length into utterances that a voice model can speak, and joins their speech.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synthesis/synthesizer.hpp"
#include "text/normaliser.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::synthesis {

inline constexpr std::size_t kMaxCharacters = 200;  // of one utterance; the longest clip of LJSpeech has 187
inline constexpr double kPauseSeconds = 0.2;        // between two utterances of one text

struct TextReader {
  const text::Normaliser& normaliser;
  const text::Tokenizer& tokenizer;
  std::string language;
};

// The utterances of a text, numbered from `first_index`. A short text is not split; a long one is split into its
// sentences, and a sentence with too many characters or tokens is split further.
// Throws: core::DataError if the text is not UTF-8 or has no letter or number that the vocabulary has;
// core::ConfigError for an unknown language.
[[nodiscard]] std::vector<Utterance> utterances_of(std::string_view text, const TextReader& reader,
                                                   std::uint64_t first_index,
                                                   std::size_t max_characters = kMaxCharacters);

// Concatenates the pieces, with silence between them.
[[nodiscard]] std::vector<float> join(std::span<const std::vector<float>> pieces, double pause_seconds = kPauseSeconds);

}  // namespace myxtts::synthesis

#pragma once
// A text of any length as utterances that a voice model can speak, and their speech as one piece again.

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

// The utterances of a text, numbered from `first_index`. A short text stays whole; a long one is split at its sentences
// and, where one is too long in characters or tokens, within it.
// Throws: core::DataError where the text is no UTF-8 or says nothing; core::ConfigError for an unknown language.
[[nodiscard]] std::vector<Utterance> utterances_of(std::string_view text, const TextReader& reader,
                                                   std::uint64_t first_index,
                                                   std::size_t max_characters = kMaxCharacters);

// The pieces one after another, silence between them.
[[nodiscard]] std::vector<float> join(std::span<const std::vector<float>> pieces, double pause_seconds = kPauseSeconds);

}  // namespace myxtts::synthesis

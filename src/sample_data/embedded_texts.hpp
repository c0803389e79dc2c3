#pragma once
// Text files of this folder that are compiled into the program, so that it needs no data files beside it.

#include <span>
#include <string_view>

namespace myxtts::sample_data {

struct EmbeddedTexts {
  std::string_view language;
  std::string_view voice;  // the default voice, by its name in espeak-ng
  std::string_view slot_grammar_jsgf;
  std::string_view natural_sentences;  // one per line
};

[[nodiscard]] std::span<const EmbeddedTexts> embedded_texts();

}  // namespace myxtts::sample_data

#pragma once
// Turns written text into the phonemes of its speech.

#include <memory>
#include <string>
#include <string_view>

#include "text/normaliser.hpp"

namespace myxtts::text {

// Phonemes by espeak-ng, in IPA with stress marks: "maɪ fɹˈɛnd, hˈaʊ ɑːɹ juː?". Punctuation outside words is kept and
// separates the clauses that espeak-ng reads, so that a clause always sounds the same.
class PhonemeNormaliser final : public Normaliser {
 public:
  // `normaliser` makes the text that espeak-ng reads; `language` is that text's language and selects espeak-ng's voice
  // of the same name, the American one for "en".
  // Throws: core::DataError if espeak-ng's data is not installed or has no such voice.
  PhonemeNormaliser(std::unique_ptr<Normaliser> normaliser, std::string_view language);

  [[nodiscard]] std::string normalise(std::string_view utf8) const override;

 private:
  std::unique_ptr<Normaliser> normaliser_;
  std::string voice_;
};

}  // namespace myxtts::text

#pragma once
// Written text to the text that is spoken: one spelling for each sound, no digits, no abbreviations.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::text {

class Normaliser {
 public:
  virtual ~Normaliser() = default;
  // The text as it is read aloud.
  // Throws: core::DataError that names the byte at which the text is no UTF-8.
  // Thread: any number at once.
  [[nodiscard]] virtual std::string normalise(std::string_view utf8) const = 0;
};

// The languages that have a normaliser: "en" (English) and "fa" (Persian).
[[nodiscard]] std::vector<std::string> normaliser_languages();

// The language with a normaliser that a name means: "fa" is that of "fa", "FA", "fa-IR" and "fa_IR"; "" where there is
// none.
[[nodiscard]] std::string find_language(std::string_view name);

// The characters that belong in every vocabulary of a language, whatever its texts are; "" for an unknown one.
[[nodiscard]] std::u32string_view alphabet_of(std::string_view language);

// Throws: core::ConfigError that names the known languages.
[[nodiscard]] std::unique_ptr<Normaliser> make_normaliser(std::string_view language);

}  // namespace myxtts::text

#pragma once
// Turns written text into text as it is read aloud: one spelling for each sound, no digits, no abbreviations.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::text {

class Normaliser {
 public:
  virtual ~Normaliser() = default;
  // The text as it is read aloud.
  // Throws: core::DataError with the position of the first byte that is not UTF-8.
  // Thread: any number at once.
  [[nodiscard]] virtual std::string normalise(std::string_view utf8) const = 0;
};

// The languages that have a normaliser: "en" (English) and "fa" (Persian).
[[nodiscard]] std::vector<std::string> normaliser_languages();

// The language with a normaliser that a name refers to: "fa" for "fa", "FA", "fa-IR" and "fa_IR"; "" if there is none.
[[nodiscard]] std::string find_language(std::string_view name);

// The characters that every vocabulary of a language contains, whatever the texts are; "" for an unknown language.
[[nodiscard]] std::u32string_view alphabet_of(std::string_view language);

// Throws: core::ConfigError that names the known languages.
[[nodiscard]] std::unique_ptr<Normaliser> make_normaliser(std::string_view language);

}  // namespace myxtts::text

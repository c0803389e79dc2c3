#include "text/normaliser.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "text/english/english_normaliser.hpp"
#include "text/persian/persian_normaliser.hpp"
#include "text/persian/persian_spelling.hpp"

namespace myxtts::text {

std::vector<std::string> normaliser_languages() { return {"en", "fa"}; }

std::string find_language(std::string_view name) {
  std::string language(name.substr(0, name.find_first_of("-_")));
  std::ranges::transform(language, language.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return std::ranges::count(normaliser_languages(), language) > 0 ? language : std::string();
}

std::u32string_view alphabet_of(std::string_view language) {
  if (language == "en") return U"abcdefghijklmnopqrstuvwxyz'.,!?;:-";
  if (language == "fa") return persian::alphabet();
  return {};
}

std::unique_ptr<Normaliser> make_normaliser(std::string_view language) {
  if (language == "en") return std::make_unique<EnglishNormaliser>();
  if (language == "fa") return std::make_unique<PersianNormaliser>();
  std::string known;
  for (const std::string& name : normaliser_languages()) known += (known.empty() ? "" : ", ") + name;
  throw core::ConfigError(core::ErrorDetails{"unknown language", {}, std::string(language), "one of " + known, {}});
}

}  // namespace myxtts::text

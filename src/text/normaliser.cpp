#include "text/normaliser.hpp"

#include "core/error.hpp"
#include "text/english_normaliser.hpp"

namespace myxtts::text {

std::vector<std::string> normaliser_languages() { return {"en"}; }

std::unique_ptr<Normaliser> make_normaliser(std::string_view language) {
  if (language == "en") return std::make_unique<EnglishNormaliser>();
  std::string known;
  for (const std::string& name : normaliser_languages()) known += (known.empty() ? "" : ", ") + name;
  throw core::ConfigError(core::ErrorDetails{"unknown language", {}, std::string(language), "one of " + known, {}});
}

}  // namespace myxtts::text

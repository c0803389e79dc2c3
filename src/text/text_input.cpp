#include "text/text_input.hpp"

#include <algorithm>
#include <vector>

#include "core/error.hpp"
#include "text/byte_pair_trainer.hpp"
#include "text/phoneme_normaliser.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::text {

std::unique_ptr<Normaliser> make_text_input(const config::TextSettings& settings) {
  std::unique_ptr<Normaliser> normaliser = make_normaliser(settings.language);
  if (settings.input == "characters") return normaliser;
  return std::make_unique<PhonemeNormaliser>(std::move(normaliser), settings.language);
}

std::string read_vocabulary(const core::FileSystem& files, const config::TextSettings& settings) {
  const std::string& path = settings.vocabulary;
  if (path == "characters" || config::vocabulary_entries(settings)) return "";
  if (!files.exists(path)) {
    throw core::DataError({.what = "the vocabulary is not there",
                           .where = "text.vocabulary",
                           .value = path,
                           .expected = "a tokenizer file",
                           .advice = "Name one that is there, or learn one: --set text.vocabulary=1024."});
  }
  std::string json = files.read(path);
  const Tokenizer tokenizer(formats::parse_tokenizer_json(json, path), path);
  if (!std::ranges::binary_search(tokenizer.languages(), settings.language)) {
    throw core::DataError({.what = "the vocabulary has no token for the language",
                           .where = path,
                           .value = {},
                           .expected = "an added token [" + settings.language + "]",
                           .advice = "Use another file, or learn one: --set text.vocabulary=1024."});
  }
  return json;
}

std::string learn_vocabulary(std::span<const std::string> normalised_texts, const config::TextSettings& settings) {
  const std::vector<std::string> languages = {settings.language};
  const auto entries = config::vocabulary_entries(settings);
  return formats::write_tokenizer_json(
      entries ? train_byte_pairs(normalised_texts, languages, {.entries = *entries, .minimum_count = 2})
              : Tokenizer::character_vocabulary(normalised_texts, languages));
}

}  // namespace myxtts::text

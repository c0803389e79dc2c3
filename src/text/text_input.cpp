#include "text/text_input.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/error.hpp"
#include "text/byte_pair_trainer.hpp"
#include "text/phoneme_normaliser.hpp"

namespace myxtts::text {

std::unique_ptr<Normaliser> make_text_input(const config::TextSettings& settings) {
  std::unique_ptr<Normaliser> normaliser = make_normaliser(settings.language);
  if (settings.input == "characters") return normaliser;
  return std::make_unique<PhonemeNormaliser>(std::move(normaliser), settings.language);
}

TextInputs::TextInputs(config::TextSettings settings) : settings_(std::move(settings)) {
  static_cast<void>(normaliser_of(settings_.language));
}

std::string TextInputs::normalise(std::string_view text, const std::string& language) const {
  return normaliser_of(language.empty() ? settings_.language : language).normalise(text);
}

const Normaliser& TextInputs::normaliser_of(const std::string& language) const {
  const std::scoped_lock lock(mutex_);
  std::unique_ptr<Normaliser>& normaliser = normalisers_[language];
  if (normaliser == nullptr) {
    config::TextSettings settings = settings_;
    settings.language = language;
    normaliser = make_text_input(settings);
  }
  return *normaliser;
}

std::vector<std::int32_t> encode_text(const Tokenizer& tokenizer, const config::TextSettings& settings,
                                      std::string_view normalised_text, const std::string& language) {
  const std::string& spoken = language.empty() ? settings.language : language;
  if (!std::ranges::binary_search(tokenizer.languages(), spoken)) {
    throw core::DataError("the vocabulary has no token [" + spoken + "] for its language");
  }
  return tokenizer.encode(normalised_text, spoken);
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

std::string learn_vocabulary(std::span<const std::string> normalised_texts, const config::TextSettings& settings,
                             const std::set<std::string>& languages) {
  std::vector<std::string> all = {settings.language};
  std::ranges::copy_if(languages, std::back_inserter(all), [&](const auto& name) { return name != settings.language; });
  const auto entries = config::vocabulary_entries(settings);
  return formats::write_tokenizer_json(
      entries ? train_byte_pairs(normalised_texts, all, {.entries = *entries, .minimum_count = 2})
              : Tokenizer::character_vocabulary(normalised_texts, all));
}

}  // namespace myxtts::text

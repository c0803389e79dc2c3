#pragma once
// The text input of a voice model: the normaliser and the vocabulary that settings.text describes.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "core/file_system.hpp"
#include "text/normaliser.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::text {

// Makes the normaliser of text.language, followed by the conversion to phonemes if text.input asks for it. A new
// language needs a normaliser (make_normaliser) and, for phonemes, a voice of espeak-ng.
// Throws: core::ConfigError if the language has no normaliser, core::DataError if espeak-ng cannot read it.
[[nodiscard]] std::unique_ptr<Normaliser> make_text_input(const config::TextSettings& settings);

// The normalisers of a data set whose texts are in several languages. Thread: any number at once.
class TextInputs {
 public:
  // Throws: as make_text_input does, for text.language.
  explicit TextInputs(config::TextSettings settings);

  // `language`: one that has a normaliser, or "" for text.language.
  // Throws: core::DataError if the text is not UTF-8, or espeak-ng can't read the language.
  [[nodiscard]] std::string normalise(std::string_view text, const std::string& language) const;

 private:
  [[nodiscard]] const Normaliser& normaliser_of(const std::string& language) const;

  config::TextSettings settings_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<Normaliser>> normalisers_;  // by language, made at first use
};

// The tokens of a normalised text, with the prefix of its language ("" for text.language).
// Throws: core::DataError if the vocabulary has no token for the language.
[[nodiscard]] std::vector<std::int32_t> encode_text(const Tokenizer& tokenizer, const config::TextSettings& settings,
                                                    std::string_view normalised_text, const std::string& language);

// The content of the tokenizer file that text.vocabulary names; "" if the vocabulary is learnt from the transcripts.
// Throws: core::DataError that names the file, what is wrong with it, and where.
[[nodiscard]] std::string read_vocabulary(const core::FileSystem& files, const config::TextSettings& settings);

// Makes a tokenizer file from the transcripts: their characters, or byte pairs with as many entries as text.vocabulary
// says. It contains the prefix token and the alphabet of text.language and of each of `languages`.
// Throws: core::DataError if a text is not UTF-8, or if there are more characters than entries.
[[nodiscard]] std::string learn_vocabulary(std::span<const std::string> normalised_texts,
                                           const config::TextSettings& settings,
                                           const std::set<std::string>& languages = {});

}  // namespace myxtts::text

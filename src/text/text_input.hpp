#pragma once
// What a voice model reads: settings.text as a normaliser and a vocabulary.

#include <memory>
#include <span>
#include <string>

#include "config/settings.hpp"
#include "core/file_system.hpp"
#include "text/normaliser.hpp"

namespace myxtts::text {

// The normaliser of text.language, and phonemes after it where text.input says so. A further language needs a
// normaliser (make_normaliser), and for phonemes a voice of espeak-ng.
// Throws: core::ConfigError where the language has no normaliser, core::DataError where espeak-ng can't read it.
[[nodiscard]] std::unique_ptr<Normaliser> make_text_input(const config::TextSettings& settings);

// The tokenizer file that text.vocabulary names, as it is; "" where the vocabulary comes from the transcripts.
// Throws: core::DataError that names the file, what is wrong with it, and where.
[[nodiscard]] std::string read_vocabulary(const core::FileSystem& files, const config::TextSettings& settings);

// A tokenizer file from the transcripts: their characters, or as many entries of byte pairs as text.vocabulary says.
// Throws: core::DataError where a text is no UTF-8 or the characters alone are more than the entries.
[[nodiscard]] std::string learn_vocabulary(std::span<const std::string> normalised_texts,
                                           const config::TextSettings& settings);

}  // namespace myxtts::text

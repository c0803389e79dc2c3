#include "manifest/columns.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "manifest/records.hpp"

namespace myxtts::manifest {
namespace {

// Clearer names come first.
using Synonyms = std::vector<std::string_view>;

const Synonyms kAudio{"audio",    "audio_file", "audio_path", "audio_filepath", "file_name", "filename",
                      "file",     "file_path",  "filepath",   "path",           "wav",       "wav_file",
                      "wav_path", "clip",       "id",         "clip_id",        "utterance"};
const Synonyms kText{"text", "sentence", "transcript", "transcription", "raw_text", "raw_transcription"};
const Synonyms kNormalisedText{"normalized_text", "normalised_text", "text_normalized", "normalized_transcription"};
const Synonyms kSpeaker{"speaker", "speaker_name", "speaker_id", "spk", "spk_id", "client_id", "voice"};
const Synonyms kLanguage{"language", "lang", "locale", "language_id", "lang_id"};

std::string folded(std::string_view name) {
  std::string result(trimmed(name));
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    if (letter == ' ' || letter == '-') letter = '_';
  }
  return result;
}

ColumnIndex find(const std::vector<std::string>& names, const Synonyms& synonyms) {
  for (const std::string_view synonym : synonyms) {
    const auto found = std::ranges::find(names, synonym);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  }
  return std::nullopt;
}

}  // namespace

Columns find_columns(std::span<const std::string> names) {
  std::vector<std::string> known;
  for (const std::string& name : names) known.push_back(folded(name));
  return {.audio = find(known, kAudio),
          .text = find(known, kText),
          .normalised_text = find(known, kNormalisedText),
          .speaker = find(known, kSpeaker),
          .language = find(known, kLanguage)};
}

std::string describe(const Columns& columns, std::span<const std::string> names) {
  std::string text;
  const auto add = [&](const char* role, const ColumnIndex& place) {
    if (place) text += (text.empty() ? "" : ", ") + std::string(role) + ": " + names[*place];
  };
  add("audio", columns.audio);
  add("text", columns.text);
  add("normalised text", columns.normalised_text);
  add("speaker", columns.speaker);
  add("language", columns.language);
  return text;
}

}  // namespace myxtts::manifest

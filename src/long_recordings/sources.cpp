#include "long_recordings/sources.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr std::array<std::string_view, 10> kRecordingEndings = {".wav",  ".flac", ".mp3",  ".ogg", ".opus",
                                                                ".aiff", ".aif",  ".aifc", ".oga", ".w64"};
constexpr std::array<std::pair<std::string_view, TranscriptKind>, 3> kTranscriptEndings = {
    {{".srt", TranscriptKind::kSubtitles}, {".vtt", TranscriptKind::kSubtitles}, {".txt", TranscriptKind::kText}}};

std::string lower_ending(const core::Path& file) {
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

bool is_recording(const core::Path& file) {
  return std::ranges::find(kRecordingEndings, lower_ending(file)) != kRecordingEndings.end();
}

// The recording's name, without characters that are not allowed in an id or in a file name on some system.
std::string id_of(const core::Path& recording) {
  std::string name = recording.stem().string();
  for (char& character : name) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte <= 0x20 || byte == 0x7F || std::string_view("|/\\\"',:*?<>").find(character) != std::string_view::npos) {
      character = '_';
    }
  }
  return name;
}

Source with_transcript_beside(const core::FileSystem& files, const core::Path& recording) {
  for (const auto& [ending, kind] : kTranscriptEndings) {
    core::Path transcript = recording;
    transcript.replace_extension(ending);
    if (files.exists(transcript)) return {recording, transcript, kind, id_of(recording)};
  }
  const std::string stem = recording.stem().string();
  throw core::DataError({.what = "no text for a recording",
                         .where = recording.string(),
                         .value = {},
                         .expected = stem + ".srt, " + stem + ".vtt or " + stem + ".txt beside it",
                         .advice = "Or name a file with --subtitles or --text."});
}

void require_different_names(const std::vector<Source>& sources) {
  std::map<std::string, core::Path> seen;
  for (const Source& source : sources) {
    const auto [first, is_new] = seen.emplace(source.name, source.recording);
    if (is_new) continue;
    throw core::DataError({.what = "two recordings whose clips would have the same names",
                           .where = source.recording.string(),
                           .value = first->second.string(),
                           .expected = {},
                           .advice = "Rename one of them, and its text."});
  }
}

void require_there(const core::FileSystem& files, const core::Path& path) {
  if (files.exists(path)) return;
  throw core::DataError(
      {.what = "no such file or folder", .where = path.string(), .value = {}, .expected = {}, .advice = {}});
}

std::vector<Source> sources_in(const core::FileSystem& files, const core::Path& folder) {
  std::vector<Source> sources;
  for (const std::string& name : files.list(folder)) {
    if (is_recording(name)) sources.push_back(with_transcript_beside(files, folder / name));
  }
  if (sources.empty()) {
    throw core::DataError({.what = "no recording in the folder",
                           .where = folder.string(),
                           .value = {},
                           .expected = "files such as talk.wav or talk.mp3",
                           .advice = {}});
  }
  require_different_names(sources);
  return sources;
}

}  // namespace

std::vector<Source> find_sources(const core::FileSystem& files, const core::Path& input, const core::Path& subtitles,
                                 const core::Path& text) {
  require_there(files, input);
  const bool is_given = !subtitles.empty() || !text.empty();
  if (std::filesystem::is_directory(input)) {
    if (!is_given) return sources_in(files, input);
    throw core::DataError({.what = "one text for a folder of recordings",
                           .where = (subtitles.empty() ? text : subtitles).string(),
                           .value = {},
                           .expected = "for each recording a text of the same name beside it",
                           .advice = {}});
  }
  if (is_given) require_there(files, subtitles.empty() ? text : subtitles);
  if (!subtitles.empty()) return {{input, subtitles, TranscriptKind::kSubtitles, id_of(input)}};
  if (!text.empty()) return {{input, text, TranscriptKind::kText, id_of(input)}};
  return {with_transcript_beside(files, input)};
}

}  // namespace myxtts::long_recordings

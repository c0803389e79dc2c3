#pragma once
// Finds the recordings to cut, and their texts.

#include <string>
#include <vector>

#include "core/file_system.hpp"

namespace myxtts::long_recordings {

enum class TranscriptKind { kSubtitles, kText };

struct Source {
  core::Path recording;
  core::Path transcript;
  TranscriptKind kind = TranscriptKind::kSubtitles;
  std::string name;  // the beginning of its clips' ids
};

// For a recording: it and its transcript, either the given one (an empty path: not given) or NAME.srt, NAME.vtt or
// NAME.txt beside it. For a folder: all its recordings, with their transcripts.
// Throws: core::DataError that names what is missing, or two recordings whose clips would have the same names.
[[nodiscard]] std::vector<Source> find_sources(const core::FileSystem& files, const core::Path& input,
                                               const core::Path& subtitles, const core::Path& text);

}  // namespace myxtts::long_recordings

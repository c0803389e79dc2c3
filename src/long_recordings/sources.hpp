#pragma once
// Which recordings are to be cut, and where their texts are.

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

// A recording with its transcript: the one given, or NAME.srt, NAME.vtt or NAME.txt beside it. A folder: all its
// recordings. The empty path: none given.
// Throws: core::DataError that names what is missing, and two recordings whose clips would have the same names.
[[nodiscard]] std::vector<Source> find_sources(const core::FileSystem& files, const core::Path& input,
                                               const core::Path& subtitles, const core::Path& text);

}  // namespace myxtts::long_recordings

#pragma once
// Subtitle files, SubRip (.srt) and WebVTT (.vtt), as people have them.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::long_recordings {

// A piece of text with the time at which it is shown. Times are those of the file: near the speech, not exact.
struct Cue {
  double begin_seconds = 0;
  double end_seconds = 0;
  std::vector<std::string> lines;  // as they stand in the file, tags and all
  std::size_t line_number = 0;     // of its times, from 1
};

// Reads either format; which one it is shows in the times and the head, not in the name. Cues come back in the order
// of their times. Byte-order marks, any line ends, numbers that are missing or wrong, a comma or a dot before the
// milliseconds, hours left out, cue settings, NOTE, STYLE and REGION blocks are understood.
// Throws: core::DataError that names the line, for a line that is not UTF-8, times that cannot be read or run
// backwards, and a file without a cue. `name` is the file's, for messages.
[[nodiscard]] std::vector<Cue> parse_subtitles(std::string_view bytes, const std::string& name);

}  // namespace myxtts::long_recordings

#pragma once
// Parses subtitle files, SubRip (.srt) and WebVTT (.vtt), as they are found in practice.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::long_recordings {

// A piece of text with the time at which it is shown. Times are those of the file: near the speech, not exact.
struct Cue {
  double begin_seconds = 0;
  double end_seconds = 0;
  std::vector<std::string> lines;  // as in the file, with tags
  std::size_t line_number = 0;     // of the line with its times, from 1
};

// Reads either format, which is recognised by the times and the header, not by the name. Returns the cues in the order
// of their times. Accepts byte-order marks, any line ends, missing or wrong numbers, a comma or a dot before the
// milliseconds, missing hours, cue settings, and NOTE, STYLE and REGION blocks.
// Throws: core::DataError that names the line, for a line that is not UTF-8, times that cannot be read or run
// backwards, and a file without a cue. `name` is the file's name in messages.
[[nodiscard]] std::vector<Cue> parse_subtitles(std::string_view bytes, const std::string& name);

}  // namespace myxtts::long_recordings

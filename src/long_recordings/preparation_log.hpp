#pragma once
// The result for each recording: prepare.json, and the table on the terminal.

#include <string>
#include <vector>

#include "core/console.hpp"
#include "core/file_system.hpp"
#include "long_recordings/phrase.hpp"

namespace myxtts::long_recordings {

struct WrittenClip {
  std::string id;
  Interval interval;
  std::string text;
  std::string speaker;
};

struct PreparedRecording {
  core::Path recording;
  core::Path transcript;
  double seconds = 0;
  std::vector<WrittenClip> clips;
  std::vector<LeftOut> left_out;

  [[nodiscard]] double clip_seconds() const;
};

// prepare.json.
[[nodiscard]] std::string preparation_json(const std::vector<PreparedRecording>& recordings);

// How much of the recordings is in clips, and what was left out, by reason.
void print_preparation(const std::vector<PreparedRecording>& recordings, core::Console& console);

}  // namespace myxtts::long_recordings

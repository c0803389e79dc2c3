#pragma once
// Which clips a recording is cut into: a pure function of its phrases and pauses.

#include <span>
#include <string>
#include <vector>

#include "long_recordings/phrase.hpp"

namespace myxtts::long_recordings {

struct ClipLengths {
  double shortest_seconds = 1;
  double longest_seconds = 11;
  double wanted_seconds = 6;
};

// The silence that a clip keeps before and behind its speech, where the pause is long enough.
inline constexpr double kKeptSilenceSeconds = 0.2;

struct PlannedClip {
  Interval interval;
  std::string text;
  std::string speaker;
  std::string where;
  WordRange words;  // where the text was aligned
};

struct ClipPlan {
  std::vector<PlannedClip> clips;  // in order, none overlaps the next
  std::vector<LeftOut> left_out;
};

// Joins neighbouring phrases of one speaker to clips of about the wanted length that end where a sentence does, and
// leaves out what fits no clip and clips whose text is far too long or too short for their speech.
[[nodiscard]] ClipPlan plan_clips(std::span<const Phrase> phrases, std::span<const Interval> pauses,
                                  const ClipLengths& lengths);

}  // namespace myxtts::long_recordings

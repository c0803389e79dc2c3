#pragma once
// Plans the clips that a recording is cut into: a pure function of its phrases and pauses.

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

// The silence that a clip keeps before and after its speech, if the pause is long enough.
inline constexpr double kKeptSilenceSeconds = 0.2;

struct PlannedClip {
  Interval interval;
  std::string text;
  std::string speaker;
  std::string where;
  WordRange words;  // set if the text was aligned
};

struct ClipPlan {
  std::vector<PlannedClip> clips;  // in order, without overlap
  std::vector<LeftOut> left_out;
};

// Joins neighbouring phrases of one speaker into clips of about the wanted length, preferably with a sentence's end at
// their end. Leaves out phrases that fit into no clip, and clips with far too much or too little text for their speech.
[[nodiscard]] ClipPlan plan_clips(std::span<const Phrase> phrases, std::span<const Interval> pauses,
                                  const ClipLengths& lengths);

}  // namespace myxtts::long_recordings

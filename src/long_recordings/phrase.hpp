#pragma once
// Pieces of a text and where in a recording they are spoken.

#include <cstddef>
#include <string>
#include <vector>

#include "long_recordings/pauses.hpp"

namespace myxtts::long_recordings {

// A piece of text whose time is known roughly.
struct TimedText {
  Interval shown;
  std::string text;
  std::string speaker;
  std::string where;  // "talk.srt:12"
};

// A range [first, end) of the spoken words of a text.
struct WordRange {
  std::size_t first = 0;
  std::size_t end = 0;
  bool operator==(const WordRange&) const = default;
};

// A piece of text that is all that is spoken between two pauses (indices into the recording's pauses).
struct Phrase {
  std::string text;
  std::string speaker;
  std::string where;
  std::size_t pause_before = 0;
  std::size_t pause_after = 0;
  WordRange words = {};  // set if the text was aligned
};

// A piece of text that is in no clip.
struct LeftOut {
  Interval interval;
  std::string text;
  std::string where;
  std::string reason;
};

struct PhraseList {
  std::vector<Phrase> phrases;  // in the order of the recording
  std::vector<LeftOut> left_out;
};

}  // namespace myxtts::long_recordings

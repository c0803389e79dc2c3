#pragma once
// Extracts the spoken part of a cue's text.

#include <string>
#include <string_view>
#include <vector>

namespace myxtts::long_recordings {

struct CueText {
  std::string spoken;   // one line; empty if no part of the cue is speech
  std::string speaker;  // from a label ("JOHN:", "<v John>"); empty without one
  bool several_speakers = false;
};

// Removes what is not speech: tags (<i>, {\an8}), entities, [sounds], (sounds) of at most three words, music between
// notes, speaker labels in capitals and dashes before the lines of a dialogue.
[[nodiscard]] CueText read_cue_text(const std::vector<std::string>& lines);

}  // namespace myxtts::long_recordings

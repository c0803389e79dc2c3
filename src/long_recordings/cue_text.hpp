#pragma once
// What of a cue's text is spoken.

#include <string>
#include <string_view>
#include <vector>

namespace myxtts::long_recordings {

struct CueText {
  std::string spoken;   // one line; empty where nothing of the cue is speech
  std::string speaker;  // of a label ("JOHN:", "<v John>"), else empty
  bool several_speakers = false;
};

// Takes off what is no speech: tags (<i>, {\an8}), entities, [sounds], (sounds) of at most three words, music between
// notes, speaker labels in capitals and dashes before the lines of a dialogue.
[[nodiscard]] CueText read_cue_text(const std::vector<std::string>& lines);

}  // namespace myxtts::long_recordings

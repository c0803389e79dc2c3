// Any bytes are refused or become cues in order, whose texts hold no line ends and no field separators.
#include <cstddef>
#include <cstdint>

#include "core/error.hpp"
#include "long_recordings/cue_text.hpp"
#include "long_recordings/subtitles.hpp"

namespace {

using namespace myxtts;

void check(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    double previous = 0;
    for (const auto& cue : long_recordings::parse_subtitles({reinterpret_cast<const char*>(data), size}, "fuzzed")) {
      check(cue.begin_seconds >= previous && cue.end_seconds >= cue.begin_seconds);
      previous = cue.begin_seconds;
      const long_recordings::CueText text = long_recordings::read_cue_text(cue.lines);
      check(text.spoken.find_first_of("|\r\n") == std::string::npos);
      check(text.speaker.find_first_of("|\r\n") == std::string::npos);
    }
  } catch (const core::DataError&) {
    return 0;
  }
  return 0;
}

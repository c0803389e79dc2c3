#pragma once
// Presets of the model sizes: the architecture, and the usual prompt, batch and learning rate.

#include <cstdint>
#include <string_view>

#include "config/settings.hpp"

namespace myxtts::config {

// Settings of a model size: tiny, small, normal, big or xtts-v2. Throws UsageError on another name.
[[nodiscard]] Settings preset(std::string_view size);

// The size of one pass over the training clips; a clip counts as often as it is visited.
struct EpochSize {
  double clips = 0;
  double text_tokens = 0;
  double speech_seconds = 0;
  std::int64_t batches = 1;  // micro-batches
};

// How long a model size is usually trained.
struct UsualLength {
  std::int64_t codec_steps = 0;
  std::int64_t max_voice_steps = 0;
  double max_voice_hours = 0;  // of speech, each visit of a clip counted
};
[[nodiscard]] UsualLength usual_length(std::string_view size);

// Sets run.threads to the number of cores if it is 0.
void decide_threads(RunSettings& run);

}  // namespace myxtts::config

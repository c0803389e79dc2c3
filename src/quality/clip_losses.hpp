#pragma once
// How well clips fit a trained voice: those with the highest losses probably have wrong transcripts.

#include <cstddef>
#include <span>
#include <vector>

namespace myxtts::quality {

// The voice model's loss of a clip. Units: nats per audio token.
struct ClipLoss {
  double loss = 0;       // cross entropy of the clip's audio tokens, given its own text
  double text_gain = 0;  // cross entropy given another clip's text, minus `loss`
};

// Indices into `losses`, by descending loss.
[[nodiscard]] std::vector<std::size_t> suspects_first(std::span<const ClipLoss> losses);

}  // namespace myxtts::quality

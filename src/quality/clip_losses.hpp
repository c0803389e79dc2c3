#pragma once
// How well clips fit a trained voice: the worst probably have wrong transcripts.

#include <cstddef>
#include <span>
#include <vector>

namespace myxtts::quality {

// What a voice model makes of a clip. Units: nats an audio token.
struct ClipLoss {
  double loss = 0;       // cross entropy of the clip's audio tokens after its own text
  double text_gain = 0;  // by how much that is less than after another clip's text
};

// The places of all clips in `losses`, the one with the highest loss first.
[[nodiscard]] std::vector<std::size_t> suspects_first(std::span<const ClipLoss> losses);

}  // namespace myxtts::quality

#pragma once
// Which piece of speech a row hears as its voice prompt. Pure functions; every draw is a function of the epoch's key
// and the clip.

#include <cstdint>
#include <span>

#include "planning/epoch_key.hpp"

namespace myxtts::planning {

struct PromptDraw {
  std::uint32_t clip = 0;
  double start_share = 0;  // where the piece starts, as a share of the places where it can, in [0, 1)
};

// A piece of a recording, in frames or samples at whatever rate its length was given in.
struct Crop {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

// Another clip of the same speaker, each equally likely; the clip itself where the speaker has no other.
// same_speaker: the speaker's clips, `clip` among them.
[[nodiscard]] PromptDraw draw_prompt(const EpochKey& key, std::uint32_t clip,
                                     std::span<const std::uint32_t> same_speaker);

// The speaker's clip after `clip`, the first after the last: the prompt without chance.
// Throws: std::invalid_argument where `clip` is not among them.
[[nodiscard]] std::uint32_t next_of_speaker(std::uint32_t clip, std::span<const std::uint32_t> same_speaker);

// A piece of `wanted` frames out of `available`; all of them where there are fewer.
[[nodiscard]] Crop crop_at(double start_share, std::int64_t available, std::int64_t wanted);

// A piece of the clip itself, 3 to 6 s long, or half of the clip where that is shorter than the length drawn.
// Source: XTTS v2's trainer (get_prompt_slice).
[[nodiscard]] Crop draw_own_piece(const EpochKey& key, std::uint32_t clip, std::int64_t samples, int sample_rate_hz);

// The clip's first 4.5 s (99,225 samples at 22,050 Hz), or its first half where it is shorter: the same rule without
// chance.
[[nodiscard]] Crop own_piece_for_evaluation(std::int64_t samples, int sample_rate_hz);

}  // namespace myxtts::planning

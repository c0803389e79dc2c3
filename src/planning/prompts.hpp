#pragma once
// Chooses the piece of speech that is a row's voice prompt. Pure functions; each random draw depends only on the
// epoch's key and the clip.

#include <cstdint>
#include <span>

#include "planning/epoch_key.hpp"

namespace myxtts::planning {

struct PromptDraw {
  std::uint32_t clip = 0;
  double start_share = 0;  // start of the piece, as a share of all possible starts, in [0, 1)
};

// A piece of a recording, in frames or samples at the rate in which its length was given.
struct Crop {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

// Another clip of the same speaker, all equally likely; the clip itself if the speaker has no other.
// same_speaker: the speaker's clips, including `clip`.
[[nodiscard]] PromptDraw draw_prompt(const EpochKey& key, std::uint32_t clip,
                                     std::span<const std::uint32_t> same_speaker);

// The prompt without randomness: the speaker's clip after `clip`; after the last clip, the first.
// Throws: std::invalid_argument if `clip` is not in `same_speaker`.
[[nodiscard]] std::uint32_t next_of_speaker(std::uint32_t clip, std::span<const std::uint32_t> same_speaker);

// A piece of `wanted` frames out of `available`; all frames if fewer are available.
[[nodiscard]] Crop crop_at(double start_share, std::int64_t available, std::int64_t wanted);

// A piece of the clip itself, 3 to 6 s long, or half of the clip if that is shorter than the length drawn.
// Source: XTTS v2's trainer (get_prompt_slice).
[[nodiscard]] Crop draw_own_piece(const EpochKey& key, std::uint32_t clip, std::int64_t samples, int sample_rate_hz);

// The clip's first 4.5 s (99,225 samples at 22,050 Hz), or its first half if that is shorter: the same rule without
// randomness.
[[nodiscard]] Crop own_piece_for_evaluation(std::int64_t samples, int sample_rate_hz);

}  // namespace myxtts::planning

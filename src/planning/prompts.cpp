#include "planning/prompts.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

#include "architecture/voice_row.hpp"
#include "core/random.hpp"

namespace myxtts::planning {
namespace {

using architecture::kMaxOwnPromptSeconds;
using architecture::kMinOwnPromptSeconds;

core::CounterRandom random_of(const EpochKey& key, std::uint32_t clip, core::Purpose purpose) {
  return core::CounterRandom({.seed = key.seed,
                              .stage = key.stage,
                              .epoch = static_cast<std::uint64_t>(key.epoch),
                              .item = clip,
                              .purpose = purpose});
}

std::size_t place_among(std::uint32_t clip, std::span<const std::uint32_t> same_speaker) {
  const auto found = std::ranges::find(same_speaker, clip);
  if (found == same_speaker.end()) throw std::invalid_argument("a clip is not among those of its speaker");
  return static_cast<std::size_t>(found - same_speaker.begin());
}

std::int64_t own_piece_length(std::int64_t samples, std::int64_t wanted) {
  return samples < wanted ? std::max<std::int64_t>(samples / 2, 1) : wanted;
}

}  // namespace

PromptDraw draw_prompt(const EpochKey& key, std::uint32_t clip, std::span<const std::uint32_t> same_speaker) {
  const std::size_t own = place_among(clip, same_speaker);
  const double start_share = random_of(key, clip, core::Purpose::kPromptCrop).uniform();
  if (same_speaker.size() == 1) return {.clip = clip, .start_share = start_share};
  const std::size_t draw = random_of(key, clip, core::Purpose::kPromptClip).below(same_speaker.size() - 1);
  return {.clip = same_speaker[draw < own ? draw : draw + 1], .start_share = start_share};
}

std::uint32_t next_of_speaker(std::uint32_t clip, std::span<const std::uint32_t> same_speaker) {
  return same_speaker[(place_among(clip, same_speaker) + 1) % same_speaker.size()];
}

Crop crop_at(double start_share, std::int64_t available, std::int64_t wanted) {
  const std::int64_t count = std::min(available, wanted);
  const std::int64_t last_start = available - count;
  const auto start = static_cast<std::int64_t>(std::floor(start_share * static_cast<double>(last_start + 1)));
  return {.first = std::clamp<std::int64_t>(start, 0, last_start), .count = count};
}

Crop draw_own_piece(const EpochKey& key, std::uint32_t clip, std::int64_t samples, int sample_rate_hz) {
  core::CounterRandom random = random_of(key, clip, core::Purpose::kPromptCrop);
  const std::int64_t shortest = std::int64_t{kMinOwnPromptSeconds} * sample_rate_hz;
  const std::int64_t longest = std::int64_t{kMaxOwnPromptSeconds} * sample_rate_hz;
  const auto extra = random.below(static_cast<std::uint64_t>(longest - shortest + 1));
  const std::int64_t count = own_piece_length(samples, shortest + static_cast<std::int64_t>(extra));
  return crop_at(random.uniform(), samples, count);
}

Crop own_piece_for_evaluation(std::int64_t samples, int sample_rate_hz) {
  const std::int64_t middle = std::int64_t{kMinOwnPromptSeconds + kMaxOwnPromptSeconds} * sample_rate_hz / 2;
  return {.first = 0, .count = own_piece_length(samples, middle)};
}

}  // namespace myxtts::planning

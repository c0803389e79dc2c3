#pragma once
// Augments training clips according to settings.augmentation. The augmentation of a clip in an epoch is a pure function
// of the epoch's key and the clip, so it does not depend on threads, buffer or resumption, and planning knows it before
// any decoding. Only speed changes a clip's length: the clip is treated as if it had been recorded at another rate, and
// all quantities planned in samples at 22,050 Hz (codes, loss targets, masks, prompts) are counted after the speed
// change. The order of an epoch and the budget of its batches use the recorded lengths.

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <optional>

#include "audio/augmentation.hpp"
#include "audio/resample.hpp"
#include "config/settings.hpp"
#include "planning/epoch_key.hpp"

namespace myxtts::preparation {

struct AugmentationDraw {
  std::int64_t speed_percent = 100;  // whole percents: the resampler keeps a small filter for each
  std::optional<audio::Room> room;
  std::optional<double> snr_db;
  std::optional<double> cutoff_hz;
  std::optional<double> gain_db;
  audio::NoiseColour noise_colour = audio::NoiseColour::kWhite;
  std::uint64_t room_seed = 0;
  std::uint64_t noise_seed = 0;

  [[nodiscard]] bool changes_anything() const;
  [[nodiscard]] double speed() const { return static_cast<double>(speed_percent) / 100; }
};

// The random numbers of each effect do not depend on the other effects' settings.
[[nodiscard]] AugmentationDraw draw_augmentation(const config::AugmentationSettings& settings,
                                                 const planning::EpochKey& key, std::uint32_t clip);

// The number of samples after a speed change.
[[nodiscard]] std::int64_t samples_at_speed(std::int64_t samples, std::int64_t speed_percent);

// Thread: one thread at a time (it makes resamplers when a new speed comes).
class Augmentation {
 public:
  explicit Augmentation(torch::Device device) : device_(device) {}

  // Applies speed, room, noise, low-pass and gain, in this order, each if it was drawn; returns the same tensor if none
  // was. Shapes: [S] at 22,050 Hz -> [samples_at_speed(S)].
  [[nodiscard]] torch::Tensor operator()(const torch::Tensor& samples, const AugmentationDraw& draw);

 private:
  torch::Device device_;
  std::map<std::int64_t, audio::Resampler> speeds_;  // by percent
};

}  // namespace myxtts::preparation

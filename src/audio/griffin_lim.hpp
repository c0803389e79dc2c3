#pragma once
// Speech from a log mel without a trained vocoder.

#include <torch/types.h>

#include <cstdint>

#include "audio/mel.hpp"

namespace myxtts::audio {

class GriffinLim {
 public:
  // Computes the pseudo-inverse of the filter bank of the front end that made the mels.
  // Throws: core::ConfigError, see validate(MelOptions); also for a front end with pre-emphasis.
  GriffinLim(const MelOptions& options, torch::Device device);

  // A signal whose log mel is close to the given one: magnitudes by non-negative least squares, then phases by fast
  // Griffin-Lim from a random start that depends only on the seed. Scaled down if its peak would exceed 1. The same
  // input gives the same bits on the same kind of device.
  // Shapes: log_mel [T, M], not divided by statistics -> [(T - 1) * hop_samples], float32.
  // Throws: core::DataError for another shape.
  // Source: Perraudin, Balazs, Sondergaard, "A fast Griffin-Lim algorithm" (2013); momentum in librosa's sense: the
  // last change is weighted by momentum / (1 + momentum). Lee and Seung (2001) for the non-negative updates.
  [[nodiscard]] torch::Tensor operator()(const torch::Tensor& log_mel, int iterations = 60, double momentum = 0.99,
                                         std::uint64_t seed = 0) const;

 private:
  [[nodiscard]] torch::Tensor magnitudes(const torch::Tensor& log_mel) const;  // [T, M] -> [F, T]
  [[nodiscard]] torch::Tensor analyse(const torch::Tensor& samples) const;     // [S] -> complex [F, T]
  [[nodiscard]] torch::Tensor synthesise(const torch::Tensor& spectrum, std::int64_t samples) const;

  MelOptions options_;
  torch::Tensor window_;   // [fft_samples]
  torch::Tensor bank_;     // [M, F]
  torch::Tensor inverse_;  // [F, M]
};

}  // namespace myxtts::audio

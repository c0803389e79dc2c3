#pragma once
// Converts samples of a recording on the data device: resampling and log mels.

#include <torch/types.h>

#include <map>
#include <memory>

#include "architecture/speech.hpp"
#include "audio/mel.hpp"
#include "audio/resample.hpp"
#include "dataset/dataset.hpp"

namespace myxtts::preparation {

using architecture::kSampleRateHz;

// Statistics of the data's mels, one value for each mel bin. Shapes: [M] each.
struct MelStatistics {
  torch::Tensor mean;                // of the log mel
  torch::Tensor standard_deviation;  // standard deviation of the log mel: the divisor of all mels
};

// The codec's mel of digital silence, divided by the standard deviation. Shapes: [M] -> [M].
[[nodiscard]] torch::Tensor mel_of_silence(const torch::Tensor& standard_deviation);

// Thread: one thread at a time (it makes resamplers when a new rate comes).
class SpeechMels {
 public:
  explicit SpeechMels(torch::Device device);

  // Resamples to 22,050 Hz on the device. Shapes: [S].
  [[nodiscard]] torch::Tensor resampled(const media::Samples& samples);
  // Log mels for the codec, not divided. Shapes: [S] -> [T, M], T = S / 256 + 1.
  [[nodiscard]] torch::Tensor codec_mel(const torch::Tensor& samples) const { return codec_mel_(samples); }
  // Log mels for the conditioning encoder, not divided. Shapes: [S] -> [T, M].
  [[nodiscard]] torch::Tensor conditioning_mel(const torch::Tensor& samples) const {
    return conditioning_mel_(samples);
  }

 private:
  torch::Device device_;
  audio::MelSpectrogram codec_mel_;
  audio::MelSpectrogram conditioning_mel_;
  std::map<int, audio::Resampler> resamplers_;  // by source rate
};

// Accumulates the statistics of log mels, clip by clip.
class MelStatisticsGatherer {
 public:
  void add(const torch::Tensor& mel);  // [T, M]
  // Throws std::logic_error before the first frame was added.
  [[nodiscard]] MelStatistics result() const;

 private:
  torch::Tensor sum_;      // float64 [M]
  torch::Tensor squares_;  // float64 [M]
  std::int64_t frames_ = 0;
};

}  // namespace myxtts::preparation

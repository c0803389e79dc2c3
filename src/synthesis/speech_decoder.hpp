#pragma once
// Turns audio codes into a waveform with the codec's decoder and Griffin-Lim.

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "architecture/speech.hpp"
#include "audio/griffin_lim.hpp"
#include "audio/mel.hpp"
#include "model/codec.hpp"

namespace myxtts::synthesis {

using architecture::kSampleRateHz;
inline constexpr int kGriffinLimIterations = 60;

// Thread: const and without state: any number of threads.
class SpeechDecoder {
 public:
  // Puts the codec in evaluation mode. mel_standard_deviation: the divisor of the codec's mels.
  // Shapes: mel_standard_deviation [M].
  SpeechDecoder(std::shared_ptr<model::Codec> codec, const torch::Tensor& mel_standard_deviation, torch::Device device);

  // The waveform of codes, faded in and out. A speed of 2 takes half the time at the same pitch. Empty if there are no
  // codes.
  // Units: at speed 1, 1,024 samples per code minus one hop (256) at the end.
  // Throws: core::ConfigError for a speed outside 0.25 to 4.
  [[nodiscard]] std::vector<float> speak(std::span<const std::int64_t> codes, double speed = 1.0) const;

  // Encodes and decodes a recording at kSampleRateHz; its length stays the same, to the hop.
  // Throws: core::DataError for an empty recording.
  [[nodiscard]] std::vector<float> resynthesize(std::span<const float> samples) const;

 private:
  // Shapes: int64 [C] -> log mel [4 C, M], not divided by mel_standard_deviation.
  [[nodiscard]] torch::Tensor mel_of(const torch::Tensor& codes) const;
  [[nodiscard]] std::vector<float> waveform(const torch::Tensor& log_mel) const;

  std::shared_ptr<model::Codec> codec_;
  torch::Tensor mel_standard_deviation_;  // [M]
  torch::Device device_;
  audio::MelSpectrogram codec_mel_;
  audio::GriffinLim griffin_lim_;
};

}  // namespace myxtts::synthesis

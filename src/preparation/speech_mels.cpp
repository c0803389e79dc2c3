#include "preparation/speech_mels.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "device/upload.hpp"

namespace myxtts::preparation {

torch::Tensor mel_of_silence(const torch::Tensor& standard_deviation) {
  return torch::full_like(standard_deviation, std::log(audio::codec_mel_options().log_floor)) / standard_deviation;
}

SpeechMels::SpeechMels(torch::Device device)
    : device_(device),
      codec_mel_(audio::codec_mel_options(), device),
      conditioning_mel_(audio::conditioning_mel_options(), device) {}

torch::Tensor SpeechMels::resampled(const media::Samples& samples) {
  const auto count = static_cast<std::int64_t>(samples.mono.size());
  torch::Tensor signal = torch::empty({count}, torch::kFloat32);
  std::copy(samples.mono.begin(), samples.mono.end(), signal.data_ptr<float>());
  signal = device::uploaded(signal, device_);
  if (samples.sample_rate_hz == kSampleRateHz) return signal;
  const auto found = resamplers_.try_emplace(samples.sample_rate_hz, samples.sample_rate_hz, kSampleRateHz, device_);
  return found.first->second(signal);
}

void MelStatisticsGatherer::add(const torch::Tensor& mel) {
  const torch::Tensor wide = mel.to(torch::kCPU, torch::kFloat64);
  if (frames_ == 0) {
    sum_ = torch::zeros({wide.size(1)}, torch::kFloat64);
    squares_ = torch::zeros_like(sum_);
  }
  sum_ += wide.sum(0);
  squares_ += wide.square().sum(0);
  frames_ += wide.size(0);
}

MelStatistics MelStatisticsGatherer::result() const {
  if (frames_ == 0) throw std::logic_error("mel statistics of no frames");
  const torch::Tensor mean = sum_ / frames_;
  const torch::Tensor variance = (squares_ / frames_ - mean.square()).clamp_min(0);
  // The minimum keeps noise small in a mel bin that is almost constant (digital silence, band-limited recordings).
  return {mean.to(torch::kFloat32), variance.sqrt().clamp_min(0.05).to(torch::kFloat32)};
}

}  // namespace myxtts::preparation

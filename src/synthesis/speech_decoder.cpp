#include "synthesis/speech_decoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "contracts/batch.hpp"
#include "core/error.hpp"

namespace myxtts::synthesis {
namespace {

constexpr double kSlowest = 0.25;
constexpr double kFastest = 4.0;
constexpr std::int64_t kFadeSamples = kSampleRateHz / 200;  // 5 ms: avoids a click and loses no sound

// Shapes: [T, M] -> [T / speed, M], linear between neighbouring frames.
torch::Tensor stretch(const torch::Tensor& mel, double speed) {
  if (!(speed >= kSlowest && speed <= kFastest)) {
    throw core::ConfigError(core::ErrorDetails{.what = "the speed makes no sense",
                                               .where = "speed",
                                               .value = fmt::format("{}", speed),
                                               .expected = fmt::format("{} to {}", kSlowest, kFastest),
                                               .advice = ""});
  }
  if (speed == 1.0) return mel;
  const std::int64_t frames = std::max<std::int64_t>(2, std::llround(static_cast<double>(mel.size(0)) / speed));
  constexpr bool kKeepEnds = true;
  return torch::upsample_linear1d(mel.t().unsqueeze(0), {frames}, kKeepEnds).squeeze(0).t();
}

void fade(std::vector<float>& samples) {
  const std::size_t length = std::min<std::size_t>(kFadeSamples, samples.size() / 2);
  for (std::size_t i = 0; i < length; ++i) {
    const float gain = static_cast<float>(i) / static_cast<float>(length);
    samples[i] *= gain;
    samples[samples.size() - 1 - i] *= gain;
  }
}

}  // namespace

SpeechDecoder::SpeechDecoder(std::shared_ptr<model::Codec> codec, const torch::Tensor& mel_standard_deviation,
                             torch::Device device)
    : codec_(std::move(codec)),
      mel_standard_deviation_(mel_standard_deviation.to(device, torch::kFloat32)),
      device_(device),
      codec_mel_(audio::codec_mel_options(), device),
      griffin_lim_(audio::codec_mel_options(), device) {
  codec_->eval();
}

std::vector<float> SpeechDecoder::speak(std::span<const std::int64_t> codes, double speed) const {
  if (codes.empty()) return {};
  const torch::NoGradGuard no_gradient;
  const torch::Tensor ids = torch::tensor(std::vector<std::int64_t>(codes.begin(), codes.end())).to(device_);
  return waveform(stretch(mel_of(ids), speed));
}

std::vector<float> SpeechDecoder::resynthesize(std::span<const float> samples) const {
  if (samples.empty()) throw core::DataError("a recording without samples cannot be resynthesized");
  const torch::NoGradGuard no_gradient;
  const torch::Tensor signal = torch::tensor(std::vector<float>(samples.begin(), samples.end())).to(device_);
  const torch::Tensor mel = codec_mel_(signal);
  const torch::Tensor codes = codec_->codes(audio::normalise(mel, mel_standard_deviation_).t().unsqueeze(0)).squeeze(0);
  return waveform(mel_of(codes).narrow(0, 0, mel.size(0)));
}

torch::Tensor SpeechDecoder::mel_of(const torch::Tensor& codes) const {
  return codec_->decode(codes.unsqueeze(0)).squeeze(0).t().to(torch::kFloat32) * mel_standard_deviation_;
}

std::vector<float> SpeechDecoder::waveform(const torch::Tensor& log_mel) const {
  const torch::Tensor signal = griffin_lim_(log_mel.contiguous(), kGriffinLimIterations).to(torch::kCPU).contiguous();
  const float* first = signal.data_ptr<float>();
  std::vector<float> samples(first, first + signal.numel());
  fade(samples);
  return samples;
}

}  // namespace myxtts::synthesis

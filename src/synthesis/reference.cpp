#include "synthesis/reference.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "architecture/voice_row.hpp"
#include "audio/mel.hpp"
#include "audio/resample.hpp"
#include "core/error.hpp"
#include "synthesis/speech_decoder.hpp"

namespace myxtts::synthesis {
namespace {

std::int64_t samples_in(double seconds, int rate_hz) { return std::llround(seconds * rate_hz); }

}  // namespace

torch::Tensor prompt_mel(const media::Samples& clip, const config::ConditioningSettings& settings,
                         const torch::Tensor& mel_standard_deviation, torch::Device device) {
  if (clip.mono.empty()) throw core::DataError("a reference clip without samples says nothing about its voice");
  const torch::NoGradGuard no_gradient;
  const auto wanted = static_cast<std::size_t>(samples_in(settings.prompt_seconds, clip.sample_rate_hz));
  const std::size_t count = std::min(clip.mono.size(), wanted);
  torch::Tensor samples = torch::tensor(std::vector<float>(clip.mono.data(), clip.mono.data() + count)).to(device);
  if (clip.sample_rate_hz != kSampleRateHz) {
    samples = audio::Resampler(clip.sample_rate_hz, kSampleRateHz, device)(samples);
  }
  if (settings.prompt_from == "itself") {
    const std::int64_t silence = samples_in(architecture::kMaxOwnPromptSeconds, kSampleRateHz) - samples.size(0);
    samples = torch::constant_pad_nd(samples, {0, std::max<std::int64_t>(0, silence)});
  }
  const audio::MelSpectrogram conditioning_mel(audio::conditioning_mel_options(), device);
  return audio::normalise(conditioning_mel(samples), mel_standard_deviation.to(device, torch::kFloat32));
}

}  // namespace myxtts::synthesis

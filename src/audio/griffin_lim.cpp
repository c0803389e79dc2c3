#include "audio/griffin_lim.hpp"

#include <algorithm>
#include <numbers>
#include <string>

#include "core/error.hpp"
#include "core/random.hpp"
#include "device/precision.hpp"

namespace myxtts::audio {

namespace {

constexpr int kPowerUpdates = 50;
constexpr double kTiny = 1e-10;

// Uniform phases, drawn on the host so that every kind of device starts with the same ones. [F, T]
torch::Tensor random_phases(torch::IntArrayRef shape, std::uint64_t seed) {
  core::RandomCoordinates coordinates;
  coordinates.seed = seed;
  coordinates.purpose = core::Purpose::kSampling;
  core::CounterRandom random(coordinates);
  auto phases = torch::empty(shape, torch::kFloat32);
  float* values = phases.data_ptr<float>();
  for (std::int64_t i = 0; i < phases.numel(); ++i) {
    values[i] = static_cast<float>(2 * std::numbers::pi * random.uniform());
  }
  return phases;
}

}  // namespace

GriffinLim::GriffinLim(const MelOptions& options, torch::Device device) : options_(options) {
  if (options.pre_emphasis != 0) {
    throw core::ConfigError("Griffin-Lim cannot undo a mel front end's pre-emphasis; use the codec's front end");
  }
  const auto bank = mel_filter_bank(options);
  window_ = analysis_window(options).to(device);
  bank_ = bank.to(device);
  inverse_ = torch::linalg_pinv(bank.to(torch::kFloat64)).to(device, torch::kFloat32);
}

torch::Tensor GriffinLim::magnitudes(const torch::Tensor& log_mel) const {
  const auto target = (log_mel.to(torch::kFloat32).exp() - options_.log_offset).clamp_min(0).t();
  const auto numerator = torch::matmul(bank_.t(), target);
  auto power = torch::matmul(inverse_, target).clamp_min(kTiny);
  for (int i = 0; i < kPowerUpdates; ++i) {
    power.mul_(numerator / torch::matmul(bank_.t(), torch::matmul(bank_, power)).clamp_min_(kTiny));
  }
  return power.sqrt();
}

torch::Tensor GriffinLim::analyse(const torch::Tensor& samples) const {
  return torch::stft(samples, options_.fft_samples, options_.hop_samples, options_.fft_samples, window_,
                     /*center=*/true, /*pad_mode=*/"reflect", /*normalized=*/false, /*onesided=*/true,
                     /*return_complex=*/true);
}

torch::Tensor GriffinLim::synthesise(const torch::Tensor& spectrum, std::int64_t samples) const {
  return torch::istft(spectrum, options_.fft_samples, options_.hop_samples, options_.fft_samples, window_,
                      /*center=*/true, /*normalized=*/false, /*onesided=*/true, samples, /*return_complex=*/false);
}

torch::Tensor GriffinLim::operator()(const torch::Tensor& log_mel, int iterations, double momentum,
                                     std::uint64_t seed) const {
  if (log_mel.dim() != 2 || log_mel.size(0) < 1 || log_mel.size(1) != options_.bins) {
    throw core::DataError("Griffin-Lim needs a log mel [T, " + std::to_string(options_.bins) + "] with a frame");
  }
  const torch::NoGradGuard no_grad;
  const device::FullPrecision full_precision;
  // Reflection padding needs a minimum number of frames: a shorter mel is padded with silence on its right.
  const std::int64_t fewest = options_.fft_samples / 2 / options_.hop_samples + 2;
  const std::int64_t frames = std::max(log_mel.size(0), fewest);
  const std::int64_t samples = (frames - 1) * options_.hop_samples;
  const auto magnitude = torch::constant_pad_nd(magnitudes(log_mel), {0, frames - log_mel.size(0)});

  auto spectrum = torch::polar(magnitude, random_phases(magnitude.sizes(), seed).to(magnitude.device()));
  auto previous = torch::zeros_like(spectrum);
  for (int i = 0; i < iterations; ++i) {
    auto rebuilt = analyse(synthesise(spectrum, samples));
    const auto extrapolated = rebuilt - previous * (momentum / (1 + momentum));
    spectrum = extrapolated * (magnitude / (extrapolated.abs() + kTiny));
    previous = std::move(rebuilt);
  }
  const auto signal = synthesise(spectrum, samples).narrow(0, 0, (log_mel.size(0) - 1) * options_.hop_samples);
  return signal.numel() == 0 ? signal : signal / signal.abs().max().clamp_min(1);
}

}  // namespace myxtts::audio

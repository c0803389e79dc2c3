#include "audio/mel.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.hpp"
#include "device/precision.hpp"

namespace myxtts::audio {

namespace {

double hz_to_mel(double hz) { return 2595.0 * std::log10(1.0 + hz / 700.0); }

torch::Tensor mel_to_hz(const torch::Tensor& mel) { return 700.0 * (torch::pow(10.0, mel / 2595.0) - 1.0); }

void require(bool holds, const char* field, double value, const char* expected) {
  if (holds) return;
  core::ErrorDetails details;
  details.what = "a mel front end cannot be made";
  details.where = field;
  details.value = std::to_string(value);
  details.expected = expected;
  throw core::ConfigError(details);
}

// Number of FFT bins up to the last one that any band uses; the power of higher bins is not needed.
std::int64_t heard_bins(const torch::Tensor& bank) { return bank.sum(0).nonzero().max().item<std::int64_t>() + 1; }

// [R, S] -> [R, S]. As in reflection padding, the second sample also serves as the one before the first.
torch::Tensor pre_emphasise(const torch::Tensor& samples, double coefficient) {
  const auto previous = torch::cat({samples.narrow(1, 1, 1), samples.narrow(1, 0, samples.size(1) - 1)}, 1);
  return samples - coefficient * previous;
}

}  // namespace

MelOptions codec_mel_options() { return {}; }

MelOptions conditioning_mel_options() {
  MelOptions options;
  options.fft_samples = architecture::kConditioningFftSamples;
  return options;
}

MelOptions speaker_mel_options() {
  MelOptions options;
  options.sample_rate_hz = 16000;
  options.fft_samples = 512;
  options.window_samples = 400;
  options.hop_samples = 160;
  options.bins = 64;
  options.window = Window::kHamming;
  options.area_norm = false;
  options.pre_emphasis = 0.97;
  options.log_floor = 0;
  options.log_offset = 1e-6;
  return options;
}

void validate(const MelOptions& options) {
  require(options.sample_rate_hz > 0, "sample_rate_hz", options.sample_rate_hz, "a positive rate");
  require(options.fft_samples >= 2 && options.fft_samples % 2 == 0, "fft_samples", options.fft_samples,
          "an even number");
  require(options.window_samples > 0 && options.window_samples <= options.fft_samples, "window_samples",
          options.window_samples, "from 1 to fft_samples");
  require(options.hop_samples > 0, "hop_samples", options.hop_samples, "a positive number");
  require(options.bins > 0, "bins", options.bins, "a positive number");
  require(options.low_hz >= 0, "low_hz", options.low_hz, "0 Hz or more");
  require(options.high_hz > options.low_hz && options.high_hz <= options.sample_rate_hz / 2.0, "high_hz",
          options.high_hz, "above low_hz, at most half the sample rate");
  require(options.log_floor >= 0 && options.log_offset >= 0 && options.log_floor + options.log_offset > 0,
          "log_floor + log_offset", options.log_floor + options.log_offset, "above 0, or silence has no logarithm");
}

torch::Tensor analysis_window(const MelOptions& options) {
  const auto window = options.window == Window::kHann ? torch::hann_window(options.window_samples, torch::kFloat64)
                                                      : torch::hamming_window(options.window_samples, torch::kFloat64);
  const int missing = options.fft_samples - options.window_samples;
  return torch::constant_pad_nd(window, {missing / 2, missing - missing / 2}).to(torch::kFloat32);
}

torch::Tensor mel_filter_bank(const MelOptions& options) {
  validate(options);
  const auto hz = torch::linspace(0, options.sample_rate_hz / 2.0, options.fft_samples / 2 + 1, torch::kFloat64);
  const auto edges_hz = mel_to_hz(torch::linspace(hz_to_mel(options.low_hz), hz_to_mel(options.high_hz),
                                                  options.bins + 2, torch::kFloat64))
                            .unsqueeze(1);
  const auto lower_hz = edges_hz.narrow(0, 0, options.bins);
  const auto centre_hz = edges_hz.narrow(0, 1, options.bins);
  const auto upper_hz = edges_hz.narrow(0, 2, options.bins);
  const auto rising = (hz - lower_hz) / (centre_hz - lower_hz);
  const auto falling = (upper_hz - hz) / (upper_hz - centre_hz);
  auto bank = torch::minimum(rising, falling).clamp_min(0);
  if (options.area_norm) bank = bank * (2.0 / (upper_hz - lower_hz));
  return bank.to(torch::kFloat32);
}

MelSpectrogram::MelSpectrogram(const MelOptions& options, torch::Device device) : options_(options) {
  const auto bank = mel_filter_bank(options);
  window_ = analysis_window(options).to(device);
  power_weights_ = bank.narrow(1, 0, heard_bins(bank)).t().repeat_interleave(2, 0).contiguous().to(device);
}

torch::Tensor MelSpectrogram::operator()(const torch::Tensor& samples) const {
  if (samples.dim() != 1 && samples.dim() != 2) {
    throw core::DataError("a mel spectrogram needs samples [S] or [R, S], not a tensor of " +
                          std::to_string(samples.dim()) + " axes");
  }
  const device::FullPrecision full_precision;
  const std::int64_t count = samples.size(-1);
  const std::int64_t edge = options_.fft_samples / 2;
  auto signal = samples.dim() == 1 ? samples.unsqueeze(0) : samples;
  if (count <= edge) signal = torch::constant_pad_nd(signal, {0, edge + 1 - count});
  if (options_.pre_emphasis != 0) signal = pre_emphasise(signal, options_.pre_emphasis);

  const auto frames = torch::reflection_pad1d(signal, {edge, edge})
                          .unfold(1, options_.fft_samples, options_.hop_samples)
                          .narrow(1, 0, frame_count(count));
  const auto spectrum = torch::fft_rfft(frames * window_);  // [R, T, F]
  // One matrix product adds up the squares of the real and imaginary parts and the bins of each band.
  const auto squares = torch::view_as_real(spectrum).flatten(2).narrow(2, 0, power_weights_.size(0)).square();
  const auto power = torch::matmul(squares, power_weights_);
  const auto mel = (power.clamp_min(options_.log_floor) + options_.log_offset).log();
  return samples.dim() == 1 ? mel.squeeze(0) : mel;
}

torch::Tensor normalise(const torch::Tensor& mel, const torch::Tensor& per_band_divisor) {
  return mel / per_band_divisor;
}

}  // namespace myxtts::audio

#include "audio/resample.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/error.hpp"
#include "device/precision.hpp"
#include "device/upload.hpp"

namespace myxtts::audio {

namespace {

constexpr int kLowestHz = 8000;
constexpr int kHighestHz = 192000;
// Few outputs per matrix product are slow; many cost work on taps that only some of them need.
constexpr std::int64_t kPhasesPerProduct = 32;

void require_rate(const char* where, int hz) {
  if (hz >= kLowestHz && hz <= kHighestHz) return;
  core::ErrorDetails details;
  details.what = "cannot resample";
  details.where = where;
  details.value = std::to_string(hz) + " Hz";
  details.expected = "8000 to 192000 Hz";
  throw core::ConfigError(details);
}

}  // namespace

Resampler::Resampler(int source_hz, int target_hz, torch::Device device) {
  require_rate("source rate", source_hz);
  require_rate("target rate", target_hz);
  const int divisor = std::gcd(source_hz, target_hz);
  source_ = source_hz / divisor;
  target_ = target_hz / divisor;
  if (source_ == target_) return;

  const std::int64_t repeats = (kPhasesPerProduct + target_ - 1) / target_;
  period_source_ = repeats * source_;
  period_target_ = repeats * target_;
  const double cutoff = kLowpassRolloff * static_cast<double>(std::min(source_, target_));
  reach_ = static_cast<std::int64_t>(std::ceil(kLowpassZeroCrossings * static_cast<double>(source_) / cutoff));
  for (std::int64_t first = 0; first < period_target_; first += kPhasesPerProduct) {
    phases_.push_back(make_phases(first, std::min(first + kPhasesPerProduct, period_target_), device));
  }
}

Resampler::Phases Resampler::make_phases(std::int64_t first, std::int64_t end, torch::Device device) const {
  const std::int64_t first_centre = first * source_ / target_;
  const std::int64_t last_centre = (end - 1) * source_ / target_;
  const auto source_time = torch::arange(first_centre - reach_, last_centre + reach_ + 2, torch::kFloat64);
  const auto output_time =
      torch::arange(first, end, torch::kFloat64) * static_cast<double>(source_) / static_cast<double>(target_);
  // Zero crossings of the sinc per source sample: 1 if the cut-off is half the source's rate.
  const double scale = kLowpassRolloff * static_cast<double>(std::min(source_, target_)) / static_cast<double>(source_);
  const auto crossings = (source_time.unsqueeze(1) - output_time) * scale;
  const auto inside = (1 - (crossings / kLowpassZeroCrossings).square()).clamp_min(0);
  const auto window = torch::i0(kKaiserBeta * inside.sqrt()) / std::cyl_bessel_i(0.0, kKaiserBeta);
  const auto kernel = torch::where(inside > 0, torch::sinc(crossings) * window * scale, 0.0);
  return {first_centre, device::uploaded(kernel.to(torch::kFloat32), device)};
}

std::int64_t Resampler::output_samples(std::int64_t samples) const {
  return (samples * target_ + source_ - 1) / source_;
}

torch::Tensor Resampler::operator()(const torch::Tensor& samples) const {
  if (samples.dim() != 1) {
    throw core::DataError("resampling needs samples [S], not a tensor of " + std::to_string(samples.dim()) + " axes");
  }
  if (source_ == target_ || samples.numel() == 0) return samples;
  const device::FullPrecision full_precision;
  const std::int64_t count = output_samples(samples.size(0));
  const std::int64_t periods = (count + period_target_ - 1) / period_target_;
  const std::int64_t needed =
      (periods - 1) * period_source_ + phases_.back().first_source + phases_.back().kernel.size(0);
  const auto padded = torch::constant_pad_nd(samples, {reach_, needed - reach_ - samples.size(0)});

  std::vector<torch::Tensor> outputs;  // each [periods, phases]
  outputs.reserve(phases_.size());
  for (const auto& phases : phases_) {
    const std::int64_t stretch = phases.kernel.size(0);
    const auto source = padded.narrow(0, phases.first_source, (periods - 1) * period_source_ + stretch);
    outputs.push_back(torch::matmul(source.unfold(0, stretch, period_source_), phases.kernel));
  }
  return torch::cat(outputs, 1).flatten().narrow(0, 0, count);
}

}  // namespace myxtts::audio

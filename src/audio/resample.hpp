#pragma once
// Changes the sample rate of a signal without aliases or images.

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace myxtts::audio {

// The filter is a sinc with 64 zero crossings on each side, times a Kaiser window; the cut-off is 94.8 % of the lower
// Nyquist frequency. Measured from 48 to 22.05 kHz: 0.02 dB down at 90 % of that frequency, 90 dB at 101 %, 140 dB from
// 102 % on. Source: torchaudio.functional.resample with these parameters, as coqui-tts calls it (resampy's
// "kaiser_best").
inline constexpr int kLowpassZeroCrossings = 64;
inline constexpr double kLowpassRolloff = 0.9475937167399596;
inline constexpr double kKaiserBeta = 14.769656459379492;

class Resampler {
 public:
  // Computes the kernels: under 1 MB for common rates, up to 150 MB and 2 s for high rates without a common divisor.
  // Throws: core::ConfigError for a rate outside 8 to 192 kHz.
  Resampler(int source_hz, int target_hz, torch::Device device);

  // The signal at the target rate; samples before and after it count as silence. If the rates are equal, the same
  // tensor.
  // Shapes: samples [S], float32 -> [output_samples(S)].
  // Throws: core::DataError for another number of axes.
  // Thread/stream: const and without state: any number of threads.
  [[nodiscard]] torch::Tensor operator()(const torch::Tensor& samples) const;

  // ceil(samples * target_hz / source_hz).
  [[nodiscard]] std::int64_t output_samples(std::int64_t samples) const;

 private:
  // Neighbouring outputs of a period that one matrix product computes from the same stretch of the source.
  struct Phases {
    std::int64_t first_source = 0;  // start of the stretch in the padded source
    torch::Tensor kernel;           // [stretch, phases]
  };

  [[nodiscard]] Phases make_phases(std::int64_t first, std::int64_t end, torch::Device device) const;

  std::int64_t source_ = 1;  // the ratio, in lowest terms
  std::int64_t target_ = 1;
  std::int64_t period_source_ = 1;  // the kernels repeat after this many samples
  std::int64_t period_target_ = 1;
  std::int64_t reach_ = 0;  // source samples that an output needs on each side
  std::vector<Phases> phases_;
};

}  // namespace myxtts::audio

#pragma once
// Mains hum and bandwidth of a recording, from a few frequencies of a few frames. Pure functions.

#include <span>
#include <vector>

namespace myxtts::quality {

// Power of a signal at each frequency, by Goertzel's recurrence: a sinusoid of amplitude 1 has a power near 1.
// Units: frequencies in cycles per sample. Shapes: window and samples have the same length.
[[nodiscard]] std::vector<double> powers_at(std::span<const float> samples, std::span<const double> window,
                                            std::span<const double> frequencies);

struct HumMeasure {
  int frequency_hz = 0;    // 50 or 60; 0: no hum was found
  double level_db = -200;  // of full scale, RMS
  double over_neighbours_db = 0;
};

// The stronger of the spectral lines at 50 and 60 Hz that last throughout the recording (speech has no such line).
[[nodiscard]] HumMeasure measure_hum(std::span<const float> mono, int sample_rate_hz);

// The highest frequency whose power is more than 1e-7 of the strongest band's power in at least one examined frame.
// Only frames (of `frame_samples`) with `is_speech` are examined.
[[nodiscard]] double measure_bandwidth_hz(std::span<const float> mono, int sample_rate_hz,
                                          const std::vector<bool>& is_speech, std::size_t frame_samples);

}  // namespace myxtts::quality

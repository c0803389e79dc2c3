#pragma once
// Measures the samples of one clip. Pure functions.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "quality/spectrum.hpp"

namespace myxtts::quality {

// Units: levels in dB relative to full scale, of frames of 10 ms, with channels averaged and the mean removed.
struct SignalMeasures {
  double peak = 0;                                                  // of any channel; full scale is 1
  double offset = 0;                                                // the mean
  double clipped_share = 0;                                         // share of the samples in flat tops at the peak
  double loudness_lufs = -std::numeric_limits<double>::infinity();  // integrated, by ITU-R BS.1770
  double speech_db = 0;                                             // 95th percentile of the frames' levels
  double noise_db = 0;                                              // 5th percentile of the frames' levels
  double start_db = 0;                                              // of the first frame; end_db: of the last
  double end_db = 0;
  double start_silence_seconds = 0;
  double end_silence_seconds = 0;
  double longest_pause_seconds = 0;    // between two stretches of speech
  double speech_seconds = 0;           // all stretches of speech together
  double longest_dropout_seconds = 0;  // longest run of zeros that interrupts speech
  double mixing_loss_db = 0;           // level lost when the channels are averaged
  double balance_db = 0;               // level of the loudest channel over the faintest
  HumMeasure hum;
  double bandwidth_hz = 0;
  std::uint64_t content_hash = 0;  // equal for equal samples, in any file format
};

// Shapes: interleaved: frames * channels, at least one frame.
[[nodiscard]] SignalMeasures measure_signal(std::span<const float> interleaved, int channels, int sample_rate_hz);

}  // namespace myxtts::quality

#pragma once
// What the samples of one clip say about it. Pure functions.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "quality/spectrum.hpp"

namespace myxtts::quality {

// Units: levels in dB of full scale, of frames of 10 ms without the constant offset, channels averaged.
struct SignalMeasures {
  double peak = 0;                                                  // of any channel; full scale is 1
  double offset = 0;                                                // the mean
  double clipped_share = 0;                                         // of the samples: those in flat tops at the peak
  double loudness_lufs = -std::numeric_limits<double>::infinity();  // integrated, of ITU-R BS.1770
  double speech_db = 0;                                             // which one frame in twenty is over
  double noise_db = 0;                                              // which one frame in twenty is under
  double start_db = 0;                                              // of the first frame, and of the last
  double end_db = 0;
  double start_silence_seconds = 0;
  double end_silence_seconds = 0;
  double longest_pause_seconds = 0;    // between two stretches of speech
  double speech_seconds = 0;           // all stretches of speech together
  double longest_dropout_seconds = 0;  // of zeros that break off speech
  double mixing_loss_db = 0;           // what averaging the channels loses
  double balance_db = 0;               // from the loudest channel to the faintest
  HumMeasure hum;
  double bandwidth_hz = 0;
  std::uint64_t content_hash = 0;  // equal for equal samples, whatever the file's format
};

// Shapes: interleaved: frames * channels, at least one frame.
[[nodiscard]] SignalMeasures measure_signal(std::span<const float> interleaved, int channels, int sample_rate_hz);

}  // namespace myxtts::quality

#pragma once
// Log mel spectrograms, the audio input of every model of MyXTTS.

#include <torch/types.h>

#include <cstdint>

#include "architecture/speech.hpp"

namespace myxtts::audio {

enum class Window { kHann, kHamming };

// How samples become a log mel: log(max(power, log_floor) + log_offset) of each triangular HTK band's power.
struct MelOptions {
  int sample_rate_hz = architecture::kSampleRateHz;
  int fft_samples = architecture::kWindowSamples;
  int window_samples = architecture::kWindowSamples;  // periodic, centred in the FFT's frame
  int hop_samples = architecture::kHopSamples;
  int bins = architecture::kMelBins;
  double low_hz = 0;
  double high_hz = 8000;
  Window window = Window::kHann;
  bool area_norm = true;    // Slaney: each band's weights are divided by half its width in Hz
  double pre_emphasis = 0;  // y[s] = x[s] - pre_emphasis * x[s - 1]; 0: off
  double log_floor = 1e-5;
  double log_offset = 0;
};

// XTTS v2's three front ends.
// Source: coqui-tts 0.28, TorchMelSpectrogram as its GPT trainer makes it, and BaseEncoder's torch_spec with log_input.
[[nodiscard]] MelOptions codec_mel_options();         // 22.05 kHz, 1024 / 1024 / 256, 80 bins
[[nodiscard]] MelOptions conditioning_mel_options();  // 22.05 kHz, 2048 / 1024 / 256, 80 bins
[[nodiscard]] MelOptions speaker_mel_options();       // 16 kHz, 512 / 400 / 160, 64 bins, no area norm

// Throws: core::ConfigError that names the invalid field.
void validate(const MelOptions& options);

// The analysis window, zero-padded on both sides to the FFT's length.
// Shapes: [fft_samples], float32, on the CPU.
[[nodiscard]] torch::Tensor analysis_window(const MelOptions& options);

// The weights of each triangular band on an HTK scale.
// Shapes: [M, F], F = fft_samples / 2 + 1; float32, on the CPU.
// Source: HTK book 5.4 (scale); Slaney, Auditory Toolbox (area norm).
[[nodiscard]] torch::Tensor mel_filter_bank(const MelOptions& options);

class MelSpectrogram {
 public:
  // Throws: core::ConfigError, see validate().
  MelSpectrogram(const MelOptions& options, torch::Device device);

  // The log mel of each signal, not divided by any statistics; differentiable; float32 even under autocast.
  // Frames are centred on multiples of the hop, edges are reflected. A signal too short to be reflected
  // (S <= fft_samples / 2) is first padded with zeros on its right.
  // Shapes: samples, float32, [S] -> [T, M], [R, S] -> [R, T, M] (frames-major), T = frame_count(S) for every S.
  // Throws: core::DataError for another number of axes.
  // Thread/stream: const and without state: any number of threads.
  [[nodiscard]] torch::Tensor operator()(const torch::Tensor& samples) const;

  // S / hop_samples + 1.
  [[nodiscard]] std::int64_t frame_count(std::int64_t samples) const { return samples / options_.hop_samples + 1; }
  [[nodiscard]] const MelOptions& options() const { return options_; }

 private:
  MelOptions options_;
  torch::Tensor window_;  // [fft_samples]
  torch::Tensor
      power_weights_;  // [2 F', M]: the bank's rows for (real, imaginary)^2, bins above the last band left out
};

// Divides each band of a log mel by its own divisor (XTTS's mel_stats; for our own data the standard deviation).
// Shapes: mel [..., M], per_band_divisor [M] -> [..., M].
[[nodiscard]] torch::Tensor normalise(const torch::Tensor& mel, const torch::Tensor& per_band_divisor);

}  // namespace myxtts::audio

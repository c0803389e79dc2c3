#pragma once
// Simulates the effects of rooms, noise and microphones on a recording. Pure tensor functions on any device; random
// values depend only on a seed and the sample's index. No function shifts a signal in time, changes its length or reads
// values back from the device.
// Shapes: signals are [S], float32.

#include <torch/types.h>

#include <cstdint>

namespace myxtts::audio {

enum class NoiseColour { kWhite, kPink };

// Independent samples of a normal distribution, mean 0, standard deviation 1.
// Source: SplitMix64 (Steele, Lea and Flood, 2014) over the samples' indices, then Box and Muller.
[[nodiscard]] torch::Tensor normal_noise(std::int64_t samples, std::uint64_t seed, torch::Device device);

// The signal plus noise whose RMS level is snr_db below the signal's. Silence stays silence. Pink: the power falls by 3
// dB an octave.
[[nodiscard]] torch::Tensor with_noise(const torch::Tensor& signal, double snr_db, NoiseColour colour,
                                       std::uint64_t seed);

// The signal amplified by gain_db, or by less if it would clip: the largest sample then becomes 1.
[[nodiscard]] torch::Tensor with_gain(const torch::Tensor& signal, double gain_db);

// Low-pass filter with half the amplitude at the cut-off: flat up to 0.8 times the cut-off, 60 dB down from 1.25 times
// the cut-off on.
// Source: a sinc with 16 zero crossings on each side, times a Kaiser window.
[[nodiscard]] torch::Tensor lowpassed(const torch::Tensor& signal, double cutoff_hz, int sample_rate_hz);

struct Room {
  double decay_seconds = 0;  // time in which the echo falls by 60 dB (RT60)
  double direct_db = 0;      // energy of the direct sound relative to the echo's
};

// Impulse response of a room: 1 for the direct sound, then exponentially decaying noise.
// Source: Polack's model of late reverberation (1988).
[[nodiscard]] torch::Tensor room_response(const Room& room, int sample_rate_hz, std::uint64_t seed,
                                          torch::Device device);

// Convolves the signal with an impulse response; keeps the signal's level and length, so the echo is cut off at its
// end.
[[nodiscard]] torch::Tensor in_room(const torch::Tensor& signal, const torch::Tensor& response);

}  // namespace myxtts::audio

#pragma once
// Changes a recording as rooms, noise and microphones do. Pure tensor functions on any device; what is random is a
// function of a seed and the sample's index. None moves a signal in time, changes its length or reads from the device.
// Shapes: signals are [S], float32.

#include <torch/torch.h>

#include <cstdint>

namespace myxtts::audio {

enum class NoiseColour { kWhite, kPink };

// Independent samples of a normal distribution, mean 0, deviation 1.
// Source: SplitMix64 (Steele, Lea and Flood, 2014) over the samples' indices, then Box and Muller.
[[nodiscard]] torch::Tensor normal_noise(std::int64_t samples, std::uint64_t seed, torch::Device device);

// The signal and noise whose level lies snr_db under the signal's (root mean square of both). Silence stays silence.
// Pink: the power falls by 3 dB an octave.
[[nodiscard]] torch::Tensor with_noise(const torch::Tensor& signal, double snr_db, NoiseColour colour,
                                       std::uint64_t seed);

// The signal, louder by gain_db; by less where it would pass full scale: its largest sample then becomes 1.
[[nodiscard]] torch::Tensor with_gain(const torch::Tensor& signal, double gain_db);

// The signal below a cut-off (half the amplitude there): flat to 0.8 of it, 60 dB down from 1.25 of it on.
// Source: a sinc of 16 zero crossings a side under a Kaiser window.
[[nodiscard]] torch::Tensor lowpassed(const torch::Tensor& signal, double cutoff_hz, int sample_rate_hz);

struct Room {
  double decay_seconds = 0;  // in which the echo falls by 60 dB (RT60)
  double direct_db = 0;      // energy of the direct sound over the echo's
};

// An impulse response: the direct sound, 1, at its first sample, then noise that decays exponentially.
// Source: Polack's model of late reverberation (1988).
[[nodiscard]] torch::Tensor room_response(const Room& room, int sample_rate_hz, std::uint64_t seed,
                                          torch::Device device);

// The signal heard through a response, at the level it had; the echo is cut off where the signal ends.
[[nodiscard]] torch::Tensor in_room(const torch::Tensor& signal, const torch::Tensor& response);

}  // namespace myxtts::audio

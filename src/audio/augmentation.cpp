#include "audio/augmentation.hpp"

#include <bit>
#include <cmath>
#include <numbers>

#include "device/upload.hpp"

namespace myxtts::audio {
namespace {

constexpr double kSmallest = 1e-20;  // avoids a division by zero for silence

constexpr double kLowpassZeroCrossings = 16;
constexpr double kLowpassBeta = 8;

double ratio_of_db(double db) { return std::pow(10.0, db / 20); }

torch::Tensor level(const torch::Tensor& signal) { return signal.square().mean().sqrt(); }

// Rounds up to a power of two: the Fourier transform of a large prime length takes many times as long.
std::int64_t transform_length(std::int64_t samples) {
  return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(samples)));
}

// The samples of the convolution from `first` on, as many as the signal has.
torch::Tensor convolved(const torch::Tensor& signal, const torch::Tensor& response, std::int64_t first) {
  const std::int64_t length = transform_length(signal.size(0) + response.size(0) - 1);
  const torch::Tensor product = torch::fft_rfft(signal, length) * torch::fft_rfft(response, length);
  return torch::fft_irfft(product, length).narrow(0, first, signal.size(0));
}

// Logical right shift; torch's own is arithmetic.
torch::Tensor shifted(const torch::Tensor& words, int bits) {
  const auto kept = static_cast<std::int64_t>(~std::uint64_t{0} >> bits);
  return torch::bitwise_right_shift(words, bits).bitwise_and_(kept);
}

// One of SplitMix64's two rounds of mixing.
torch::Tensor mixed(const torch::Tensor& words, int bits, std::uint64_t factor) {
  return words.bitwise_xor(shifted(words, bits)) * static_cast<std::int64_t>(factor);
}

torch::Tensor pink_noise(std::int64_t samples, std::uint64_t seed, torch::Device device) {
  const std::int64_t length = transform_length(samples);
  const torch::Tensor white = torch::fft_rfft(normal_noise(length, seed, device));
  const torch::Tensor bins = torch::arange(white.size(0), torch::TensorOptions(torch::kFloat32).device(device));
  return torch::fft_irfft(white * bins.clamp_min(1).rsqrt(), length).narrow(0, 0, samples);
}

}  // namespace

torch::Tensor normal_noise(std::int64_t samples, std::uint64_t seed, torch::Device device) {
  constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;
  constexpr double kDraws = 1 << 24;
  const torch::Tensor counter = torch::arange(1, samples + 1, torch::TensorOptions(torch::kInt64).device(device));
  torch::Tensor words = counter * static_cast<std::int64_t>(kStep) + static_cast<std::int64_t>(seed);
  words = mixed(mixed(words, 30, 0xbf58476d1ce4e5b9), 27, 0x94d049bb133111eb);
  words = words.bitwise_xor(shifted(words, 31));
  const torch::Tensor above_zero = (shifted(words, 40) + 1).to(torch::kFloat32) / kDraws;
  const torch::Tensor turn = words.bitwise_and((1 << 24) - 1).to(torch::kFloat32) / kDraws;
  return (-2 * above_zero.log()).sqrt() * (2 * std::numbers::pi * turn).cos();
}

torch::Tensor with_noise(const torch::Tensor& signal, double snr_db, NoiseColour colour, std::uint64_t seed) {
  const std::int64_t samples = signal.size(0);
  const torch::Tensor noise = colour == NoiseColour::kPink ? pink_noise(samples, seed, signal.device())
                                                           : normal_noise(samples, seed, signal.device());
  return signal + noise * (level(signal) / (level(noise) * ratio_of_db(snr_db)));
}

torch::Tensor with_gain(const torch::Tensor& signal, double gain_db) {
  return signal * signal.abs().max().reciprocal().clamp_max(ratio_of_db(gain_db));
}

torch::Tensor lowpassed(const torch::Tensor& signal, double cutoff_hz, int sample_rate_hz) {
  const double crossings_a_sample = 2 * cutoff_hz / sample_rate_hz;
  const auto half = static_cast<std::int64_t>(std::ceil(kLowpassZeroCrossings / crossings_a_sample));
  const auto samples = torch::arange(-half, half + 1, torch::kFloat64);
  const torch::Tensor sinc = torch::sinc(samples * crossings_a_sample);
  const torch::Tensor response = sinc * torch::kaiser_window(2 * half + 1, false, kLowpassBeta, torch::kFloat64);
  const torch::Tensor filter = (response / response.sum()).to(torch::kFloat32);
  return convolved(signal, device::uploaded(filter, signal.device()), half);
}

torch::Tensor room_response(const Room& room, int sample_rate_hz, std::uint64_t seed, torch::Device device) {
  const auto samples = static_cast<std::int64_t>(std::ceil(room.decay_seconds * sample_rate_hz));
  const auto seconds = torch::arange(1, samples + 1, torch::TensorOptions(torch::kFloat32).device(device)) /
                       static_cast<double>(sample_rate_hz);
  const double decay = 3 * std::numbers::ln10 / room.decay_seconds;  // decay rate of the amplitude, per second
  const torch::Tensor echo = normal_noise(samples, seed, device) * (seconds * -decay).exp();
  const torch::Tensor quieter = echo / (echo.square().sum().sqrt() * ratio_of_db(room.direct_db));
  return torch::cat({torch::ones({1}, echo.options()), quieter});
}

torch::Tensor in_room(const torch::Tensor& signal, const torch::Tensor& response) {
  const torch::Tensor heard = convolved(signal, response, 0);
  return heard * (level(signal) / level(heard).clamp_min(kSmallest));
}

}  // namespace myxtts::audio

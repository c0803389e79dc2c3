#pragma once
// Numbers of an independent implementation (tests/golden/audio) and the signals they were made from.

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <numbers>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/places.hpp"

namespace myxtts::audio::test {

// golden_signal() of tests/golden/make_audio_golden.py: two sines, a chirp and noise. [S]
inline torch::Tensor golden_signal(int rate_hz, std::int64_t samples) {
  const double turn = 2 * std::numbers::pi;
  auto signal = torch::empty({samples}, torch::kFloat32);
  std::uint32_t state = 1;
  for (std::int64_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / rate_hz;
    state = 1664525U * state + 1013904223U;
    const double noise = state / 4294967296.0 - 0.5;
    signal.data_ptr<float>()[i] = static_cast<float>(0.3 * std::sin(turn * 220 * t) + 0.2 * std::sin(turn * 1333 * t) +
                                                     0.25 * std::sin(turn * (100 * t + 2500 * t * t)) + 0.04 * noise);
  }
  return signal;
}

inline torch::Tensor sine(int rate_hz, double hz, std::int64_t samples) {
  const auto t = torch::arange(samples, torch::kFloat64) / rate_hz;
  return (0.5 * torch::sin(2 * std::numbers::pi * hz * t)).to(torch::kFloat32);
}

// A line each: the index and then the values at it.
using GoldenRows = std::map<std::int64_t, torch::Tensor>;

inline GoldenRows golden_rows(const std::string& name) {
  std::ifstream file(support::source_folder() / "tests/golden/audio" / (name + ".txt"));
  if (!file) throw std::runtime_error("no golden file " + name);
  GoldenRows rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::int64_t index = 0;
    words >> index;
    std::vector<float> values;
    for (float value = 0; words >> value;) values.push_back(value);
    rows[index] = torch::tensor(values);
  }
  return rows;
}

// The largest difference between golden rows and the rows of `actual` at their indices.
inline double largest_row_difference(const GoldenRows& golden, const torch::Tensor& actual) {
  double largest = 0;
  for (const auto& [index, values] : golden) {
    largest = std::max(largest, (actual[index] - values).abs().max().item<double>());
  }
  return largest;
}

// The same where a line's index is the first sample of its stretch.
inline double largest_stretch_difference(const GoldenRows& golden, const torch::Tensor& actual) {
  double largest = 0;
  for (const auto& [first, values] : golden) {
    largest = std::max(largest, (actual.narrow(0, first, values.size(0)) - values).abs().max().item<double>());
  }
  return largest;
}

}  // namespace myxtts::audio::test

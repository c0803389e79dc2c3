#pragma once
// Sound files of any kind, for tests.

#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include "support/temporary_folder.hpp"

namespace myxtts::testing {

using Path = std::filesystem::path;

using support::TemporaryFolder;

inline void write_text(const Path& file, std::string_view text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
}

struct Sound {
  int rate_hz = 22050;
  int channels = 1;
  int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
};

inline void write_sound(const Path& file, const std::vector<float>& interleaved, const Sound& sound = {}) {
  SF_INFO info{};
  info.samplerate = sound.rate_hz;
  info.channels = sound.channels;
  info.format = sound.format;
  SNDFILE* handle = sf_open(file.c_str(), SFM_WRITE, &info);
  ASSERT_NE(handle, nullptr) << sf_strerror(nullptr);
  const auto frames = static_cast<sf_count_t>(interleaved.size()) / sound.channels;
  EXPECT_EQ(sf_writef_float(handle, interleaved.data(), frames), frames);
  sf_close(handle);
}

// A tone with overtones, so that a lossless coder has something to do.
inline std::vector<float> tone(double seconds, int rate_hz = 22050) {
  std::vector<float> samples(static_cast<std::size_t>(std::llround(seconds * rate_hz)));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double phase = 2 * std::numbers::pi * 220 * static_cast<double>(i) / rate_hz;
    samples[i] = static_cast<float>(0.4 * std::sin(phase) + 0.2 * std::sin(3.7 * phase) + 0.1 * std::sin(17.3 * phase));
  }
  return samples;
}

inline void cut_to_share(const Path& file, double share) {
  const auto size = static_cast<double>(std::filesystem::file_size(file));
  std::filesystem::resize_file(file, static_cast<std::uintmax_t>(size * share));
}

// What a call says when it throws Error, or "" where it throws nothing.
template <typename Error, typename Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace myxtts::testing

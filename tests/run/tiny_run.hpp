#pragma once
// The smallest runs there are: make-believe recordings, models of one layer, a few steps.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "config/presets.hpp"
#include "contracts/train_state.hpp"
#include "core/console.hpp"
#include "media/audio_file.hpp"
#include "requests/requests.hpp"
#include "run/training_run.hpp"
#include "speech/speech.hpp"
#include "support/fake_file_system.hpp"

namespace myxtts::run::test {

inline constexpr std::size_t kClips = 56;  // enough for a split

// A tone that glides, of a pitch and length of its own.
inline std::vector<float> recording(std::size_t index) {
  const auto length = static_cast<std::size_t>(12000 + 900 * (index % 7));
  std::vector<float> samples(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double seconds = static_cast<double>(i) / 22050;
    const double pitch_hz = 110 + 9 * static_cast<double>(index) + 60 * seconds;
    samples[i] = static_cast<float>(0.3 * std::sin(6.28 * pitch_hz * seconds) + 0.1 * std::sin(1999 * seconds));
  }
  return samples;
}

inline std::string transcript(std::size_t index) {
  static constexpr std::array kWords = {"red", "fox", "sees", "a", "blue", "bird", "now"};
  return fmt::format("the {} {} {}", kWords[index % 7], kWords[index / 7 % 7], kWords[(index + 3) % 7]);
}

// A data set in the LJSpeech layout: wavs/clip-000.wav, ... and metadata.csv.
inline core::Path write_data_set(const core::Path& folder, std::size_t clips = kClips) {
  core::FileSystem& files = core::local_file_system();
  files.create_directories(folder / "wavs");
  std::string metadata;
  for (std::size_t i = 0; i < clips; ++i) {
    const std::string id = fmt::format("clip-{:03}", i);
    media::write_wav(files, folder / "wavs" / (id + ".wav"), recording(i), 22050);
    metadata += fmt::format("{}|{}\n", id, transcript(i));
  }
  core::write_atomically(files, folder / "metadata.csv", metadata);
  return folder;
}

inline config::Settings tiny_settings(const core::Path& data) {
  config::Settings s = config::preset("tiny");
  s.run.threads = 1;
  s.run.start_delay_seconds = 0.05;
  s.data.train = {data.string()};
  s.data.workers = 1;
  s.data.statistics_clips = 8;
  s.batch.size = 3;
  s.batch.buffer = 3;
  s.codec.hidden = 8;
  s.codec.codes = 16;
  s.codec.dimensions = 8;
  s.codec.blocks = 1;
  s.codec.steps = 6;
  s.codec.batch_size = 2;
  s.codec.crop_frames = 32;
  s.codec.codebook_step = 3;
  s.codec.codebook_rounds = 2;
  s.codec.codebook_vectors = 32;
  s.model.layers = 1;
  s.model.width = 32;
  s.model.heads = 2;
  s.conditioning.width = 32;
  s.conditioning.blocks = 1;
  s.conditioning.prompt_seconds = 0.3;
  s.voice.steps = 6;
  s.voice.warmup_steps = 2;
  s.checkpoint.interval_steps = 3;
  s.validation.interval_steps = 3;
  s.validation.max_clips = 4;
  return s;
}

inline requests::TrainRequest train_request(const config::Settings& settings, const core::Path& output,
                                            config::RunStart start = config::RunStart::kNew) {
  requests::TrainRequest request;
  request.settings = settings;
  request.output = output;
  request.start = start;
  return request;
}

// Trains both stages, or goes on with them. Returns whether it was stopped before the end.
inline bool train(const requests::TrainRequest& request) {
  core::Console console;
  return run_training(request, console, [] { return false; });
}

inline void expect_equal(const contracts::NamedTensors& a, const contracts::NamedTensors& b, const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first) << what;
    EXPECT_TRUE(torch::equal(a[i].second, b[i].second)) << what << ": " << a[i].first;
  }
}

// Every bit that training decides: weights and optimiser of the last checkpoint, and the codec it rests on.
inline void expect_same_end(const core::Path& run, const core::Path& expected, const std::string& what) {
  const contracts::TrainState a = speech::load_checkpoint(run / "checkpoints" / "last");
  const contracts::TrainState b = speech::load_checkpoint(expected / "checkpoints" / "last");
  EXPECT_EQ(a.progress.stage, b.progress.stage) << what;
  EXPECT_EQ(a.progress.step, b.progress.step) << what;
  ASSERT_EQ(a.weights.size(), b.weights.size()) << what;
  for (const auto& [stem, tensors] : a.weights) expect_equal(tensors, b.weights.at(stem), what + ", " + stem);
  expect_equal(a.optimizer, b.optimizer, what + ", optimiser");
}

}  // namespace myxtts::run::test

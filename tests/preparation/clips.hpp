#pragma once
// Small data sets of noise in a temporary folder, for tests of the preparation.

#include <gtest/gtest.h>
#include <torch/types.h>
#include <torch/utils.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "core/console.hpp"
#include "dataset/broken_clips.hpp"
#include "dataset/dataset.hpp"
#include "device/role_allocator.hpp"
#include "media/audio_file.hpp"
#include "planning/schedule.hpp"
#include "preparation/speech_mels.hpp"

namespace myxtts::preparation::test {

struct ClipPlan {
  std::int64_t frames = 22050;
  int rate_hz = kSampleRateHz;
  std::string speaker;
};

// Recordings of noise, each of its own seed, and their clips with a few tokens each.
class Clips : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    torch::set_num_threads(1);
    device::install_role_allocator();
  }

  Clips() : folder_(core::Path(::testing::TempDir()) / ("myxtts-preparation-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Clips() override { std::filesystem::remove_all(folder_); }

  dataset::Dataset make(const std::vector<ClipPlan>& plans) const {
    std::vector<dataset::Clip> clips;
    for (const ClipPlan& plan : plans) {
      dataset::Clip& clip = clips.emplace_back();
      clip.id = std::to_string(clips.size() - 1);
      clip.file = folder_ / (clip.id + ".wav");
      clip.speaker = plan.speaker;
      for (std::size_t i = 0; i < clips.size() + 2; ++i) clip.tokens.push_back(static_cast<std::int32_t>(4 + i));
      media::write_wav(core::local_file_system(), clip.file, noise(plan.frames, clips.size()), plan.rate_hz);
      clip.audio = media::probe(clip.file);
    }
    return dataset::Dataset(std::move(clips));
  }

  // Noise whose loudness moves, so that no two frames are alike.
  static std::vector<float> noise(std::int64_t frames, std::size_t seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    std::uniform_real_distribution<float> uniform(-0.5F, 0.5F);
    std::vector<float> samples(static_cast<std::size_t>(frames));
    for (std::size_t i = 0; i < samples.size(); ++i) {
      samples[i] = uniform(random) * (0.6F + 0.4F * std::sin(0.0007F * static_cast<float>(i)));
    }
    return samples;
  }

  static void remove(const dataset::Dataset& data, std::uint32_t clip) {
    std::filesystem::remove(data.clip(clip).file);
  }

  static MelStatistics statistics() { return {torch::zeros({80}), torch::linspace(1, 3, 80)}; }

  // Of clips of which half may break.
  core::Console console_{true};
  dataset::BrokenClips broken_{{.rejected = 0, .total = 8, .max_rejected = 0.5}, console_};

 private:
  core::Path folder_;
};

inline planning::BatchPlan plan_of(std::vector<std::uint32_t> clips, std::int64_t epoch = 0) {
  planning::BatchPlan plan;
  plan.clips = std::move(clips);
  plan.epoch = epoch;
  plan.step_text_targets = 10;
  plan.step_audio_targets = 100;
  return plan;
}

}  // namespace myxtts::preparation::test

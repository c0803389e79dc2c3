// The same seed gives the same bits, however the work is cut over threads, buffers and interruptions.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "device/runtime.hpp"
#include "run/tiny_run.hpp"
#include "run/wiring.hpp"
#include "stages/codec.hpp"
#include "stages/voice.hpp"

namespace myxtts::run {
namespace {

using device::Role;

class Determinism : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    torch::set_num_threads(1);
    folder_ = std::make_unique<support::TemporaryFolder>();
    test::write_data_set(data());
    test::train(test::train_request(settings(), reference()));
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static core::Path data() { return folder_->path() / "data"; }
  static core::Path reference() { return folder_->path() / "reference"; }
  static config::Settings settings() { return test::tiny_settings(data()); }

  static inline std::unique_ptr<support::TemporaryFolder> folder_;
};

TEST_F(Determinism, WorkersAndBufferNeverDecideBits) {
  for (const std::int64_t workers : {0, 1, 4}) {
    for (const std::int64_t buffer : {1, 2, 50}) {
      config::Settings other = settings();
      other.data.workers = workers;
      other.batch.buffer = buffer;
      const std::string what = fmt::format("{} workers, buffer {}", workers, buffer);
      test::train(test::train_request(other, folder_->path() / what));
      test::expect_same_end(folder_->path() / what, reference(), what);
    }
  }
}

TEST_F(Determinism, AugmentationIsTheSameAtAnyBufferAndAfterAStop) {
  config::Settings augmented = settings();
  augmented.augmentation.speed = {0.7, 0.85, 1.2};
  augmented.augmentation.room.probability = 0.5;
  augmented.augmentation.noise.probability = 0.5;
  augmented.augmentation.lowpass.probability = 0.5;
  augmented.augmentation.gain.probability = 0.5;
  const core::Path unbroken = folder_->path() / "augmented";
  test::train(test::train_request(augmented, unbroken));
  const auto weight = [](const core::Path& run) {
    return speech::load_checkpoint(run / "checkpoints" / "last").weights.at("voice").front().second;
  };
  EXPECT_FALSE(torch::equal(weight(unbroken), weight(reference())));
  EXPECT_THAT(core::local_file_system().read(unbroken / "log.txt"), ::testing::HasSubstr("Augmentation is on"));
  const core::Path stopped = folder_->path() / "augmented, stopped";
  augmented.data.workers = 4;
  augmented.batch.buffer = 50;
  requests::TrainRequest request = test::train_request(augmented, stopped);
  for (const std::int64_t steps : {4, 9}) {  // in the codec stage, in the voice stage
    request.max_steps = steps;
    EXPECT_TRUE(test::train(request));
    request.start = config::RunStart::kResume;
  }
  request.max_steps.reset();
  EXPECT_FALSE(test::train(request));
  test::expect_same_end(stopped, unbroken, "augmented, stopped and resumed");
}

TEST_F(Determinism, VerifiedTransfersNeverDecideBits) {
  config::Settings verified = settings();
  verified.transfer.verify = true;
  const core::Path run = folder_->path() / "verified";
  test::train(test::train_request(verified, run));
  test::expect_same_end(run, reference(), "verified transfers");
}

TEST_F(Determinism, AnotherSeedGivesOtherBits) {
  config::Settings other = settings();
  other.run.seed = 2;
  const core::Path run = folder_->path() / "another seed";
  test::train(test::train_request(other, run));
  const auto weight = [](const core::Path& folder) {
    return speech::load_checkpoint(folder / "checkpoints" / "last").weights.at("voice").front().second;
  };
  EXPECT_FALSE(torch::equal(weight(run), weight(reference())));
}

TEST_F(Determinism, ARunStoppedInBothStagesEndsInTheSameBits) {
  const core::Path run = folder_->path() / "stopped";
  requests::TrainRequest request = test::train_request(settings(), run);
  // In the codec stage before and after its first codes, at its end, and in the voice stage.
  int done = 0;
  for (const int steps : {2, 2, 2, 1, 4}) {
    request.max_steps = done += steps;
    EXPECT_TRUE(test::train(request));
    request.start = config::RunStart::kResume;
  }
  request.max_steps.reset();
  EXPECT_FALSE(test::train(request));
  test::expect_same_end(run, reference(), "stopped and resumed");
}

TEST_F(Determinism, AStopRequestSavesAndTheRunGoesOn) {
  const core::Path run = folder_->path() / "signalled";
  int steps = 0;
  core::Console console;
  EXPECT_TRUE(run_training(test::train_request(settings(), run), console, [&] { return ++steps > 8; }));
  EXPECT_EQ(speech::load_checkpoint(run / "checkpoints" / "last").progress.run_steps, 8);
  EXPECT_FALSE(test::train(test::train_request(settings(), run, config::RunStart::kResume)));
  test::expect_same_end(run, reference(), "signalled and resumed");
}

TEST_F(Determinism, ARunOutOfPatienceStaysAsItEnded) {
  config::Settings impatient = settings();
  impatient.voice.steps = 40;
  impatient.voice.learning_rate = 0.9;  // every validation is worse than the first
  impatient.validation.interval_steps = 1;
  impatient.validation.patience = 1;
  const core::Path run = folder_->path() / "impatient";
  test::train(test::train_request(impatient, run));
  const std::int64_t ended = speech::load_checkpoint(run / "checkpoints" / "last").progress.step;
  ASSERT_LT(ended, 40);
  test::train(test::train_request(impatient, run, config::RunStart::kResume));
  EXPECT_EQ(speech::load_checkpoint(run / "checkpoints" / "last").progress.step, ended);
}

TEST_F(Determinism, AVoiceStageThatWasStoppedBeforeItsFirstValidationCanSpeak) {
  const core::Path run = folder_->path() / "early";
  requests::TrainRequest request = test::train_request(settings(), run);
  request.max_steps = 8;
  EXPECT_TRUE(test::train(request));
  core::Console console(true);
  EXPECT_NE(speech::load_voice(run, torch::kCPU, console).voice, nullptr);
}

TEST_F(Determinism, AResumeOnAnotherModelOfDeviceIsSaid) {
  const core::Path run = folder_->path() / "moved";
  requests::TrainRequest request = test::train_request(settings(), run);
  request.max_steps = 2;
  EXPECT_TRUE(test::train(request));
  request.start = config::RunStart::kResume;
  request.max_steps = 3;
  EXPECT_TRUE(test::train(request));
  const auto log = [&] { return core::local_file_system().read(run / "log.txt"); };
  EXPECT_THAT(log(), ::testing::Not(::testing::HasSubstr("Resuming on")));

  contracts::TrainState state = speech::load_checkpoint(run / "checkpoints" / "last");
  EXPECT_EQ(state.devices, "CPU");
  state.devices = "NVIDIA A100";
  core::Console console;
  checkpoint::CheckpointStore(core::local_file_system(), run / "checkpoints", console).save(state);
  request.max_steps = 4;
  EXPECT_TRUE(test::train(request));
  EXPECT_THAT(log(), ::testing::HasSubstr("Resuming on CPU instead of NVIDIA A100: the last bits may differ"));
}

TEST_F(Determinism, AResumeOnOtherClipsIsRefused) {
  const core::Path data = test::write_data_set(folder_->path() / "shrinking");
  config::Settings shrinking = settings();
  shrinking.data.train = {data.string()};
  const core::Path run = folder_->path() / "shrunk";
  requests::TrainRequest request = test::train_request(shrinking, run);
  request.max_steps = 2;
  EXPECT_TRUE(test::train(request));
  std::string metadata = core::local_file_system().read(data / "metadata.csv");
  metadata.resize(metadata.rfind("clip-055"));
  core::write_atomically(core::local_file_system(), data / "metadata.csv", metadata);
  request.start = config::RunStart::kResume;
  try {
    test::train(request);
    ADD_FAILURE() << "no error";
  } catch (const core::DataError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("not the one that the run was made with"));
  }
  EXPECT_THAT(core::local_file_system().read(run / "log.txt"), ::testing::HasSubstr("error: the data set"));
}

// The config.toml of an older version holds the default share, which did not split a small set.
TEST_F(Determinism, ARunOfAnOlderVersionGoesOnWithItsSmallSetWhole) {
  config::Settings small = settings();
  small.data.train = {test::write_data_set(folder_->path() / "small", 20).string()};
  const core::Path unbroken = folder_->path() / "small, unbroken";
  test::train(test::train_request(small, unbroken));
  const core::Path run = folder_->path() / "small, older";
  requests::TrainRequest request = test::train_request(small, run);
  request.max_steps = 2;
  EXPECT_TRUE(test::train(request));
  request.settings.data.validation_share = config::kValidationShare;
  request.start = config::RunStart::kResume;
  request.max_steps.reset();
  EXPECT_FALSE(test::train(request));
  test::expect_same_end(run, unbroken, "small, older and resumed");
}

// Both roles on threads of their own must learn what one thread learns that does one thing after another.
class OneThread : public Determinism {
 protected:
  static contracts::TrainState train(stages::StageData& data, contracts::Learner& learner, std::int64_t steps) {
    for (std::int64_t step = 1; step <= steps; ++step) {
      contracts::DeviceBatch batch;
      batch.batch =
          data.training->prepare(data.training->decode(data.schedule->at(static_cast<std::uint64_t>(step - 1))));
      learner.accumulate(batch);
      (void)learner.update(step);
    }
    contracts::TrainState state;
    learner.save(state);
    return state;
  }

  static contracts::TrainState trained(const core::Path& checkpoint) {
    return speech::load_checkpoint(reference() / "checkpoints" / checkpoint);
  }

  static preparation::MelStatistics statistics_of(const contracts::TrainState& state) {
    return {contracts::tensor_of(state, "mel_statistics", "mean"),
            contracts::tensor_of(state, "mel_statistics", "deviation")};
  }

  static std::vector<torch::Tensor> tensors_of(std::vector<contracts::Batch> batches) {
    std::vector<torch::Tensor> tensors;
    for (contracts::Batch& batch : batches) {
      contracts::for_each_tensor(batch, [&](const torch::Tensor& tensor) { tensors.push_back(tensor); });
    }
    return tensors;
  }

  static contracts::NamedTensors sorted(contracts::NamedTensors tensors) {
    std::ranges::sort(tensors, {}, [](const auto& entry) { return entry.first; });
    return tensors;
  }
};

TEST_F(OneThread, LearnsTheSameAsTwoRoles) {
  core::Console console;
  const config::Settings plan = settings();
  const stages::TrainingData clips = stages::load_training_data(plan, "", console);
  const auto runtime = device::make_runtime({});
  const contracts::TrainState voice_end = trained("last");
  const stages::RunData run{plan, clips, statistics_of(voice_end)};

  stages::StageData codec_stage = stages::codec_stage().make_data(run, {}, *runtime, nullptr);
  const contracts::TrainState codec =
      train(codec_stage, *stages::codec_stage().make_learner(run, *runtime, nullptr), plan.codec.steps);
  const contracts::TrainState codec_end = trained(fmt::format("codec-{:08}", plan.codec.steps));
  test::expect_equal(sorted(codec.weights.at("codec")), codec_end.weights.at("codec"), "codec");
  test::expect_equal(sorted(codec.optimizer), codec_end.optimizer, "codec's optimiser");

  stages::StageData voice_stage = stages::voice_stage().make_data(run, voice_end, *runtime, nullptr);
  const contracts::TrainState voice =
      train(voice_stage, *stages::voice_stage().make_learner(run, *runtime, nullptr), plan.voice.steps);
  test::expect_equal(sorted(voice.weights.at("voice")), voice_end.weights.at("voice"), "voice");
  test::expect_equal(sorted(voice.optimizer), voice_end.optimizer, "voice's optimiser");
}

TEST_F(OneThread, HeldOutClipsAreNeverAugmented) {
  core::Console console;
  const config::Settings plain = settings();
  config::Settings augmented = plain;
  augmented.augmentation.noise.probability = 1;
  augmented.augmentation.speed = {1, 1.2, 1.2};
  const stages::TrainingData clips = stages::load_training_data(plain, "", console);
  const auto runtime = device::make_runtime({});
  const contracts::TrainState voice_end = trained("last");
  const stages::RunData run{plain, clips, statistics_of(voice_end)};
  const stages::RunData augmented_run{augmented, clips, statistics_of(voice_end)};
  const auto expect_same = [](const stages::StageData& data, const stages::StageData& expected) {
    const std::vector<torch::Tensor> tensors = tensors_of(data.validation);
    const std::vector<torch::Tensor> others = tensors_of(expected.validation);
    ASSERT_GT(tensors.size(), 0U);
    ASSERT_EQ(tensors.size(), others.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) EXPECT_TRUE(torch::equal(tensors[i], others[i])) << i;
  };
  expect_same(stages::codec_stage().make_data(augmented_run, {}, *runtime, nullptr),
              stages::codec_stage().make_data(run, {}, *runtime, nullptr));
  expect_same(stages::voice_stage().make_data(augmented_run, voice_end, *runtime, nullptr),
              stages::voice_stage().make_data(run, voice_end, *runtime, nullptr));
}

}  // namespace
}  // namespace myxtts::run

// The library's trainers, both roles on the CPU. Isolated ones in a process of their own each: that is set up once.

#include "myxtts/trainer.hpp"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "device/role.hpp"
#include "run/tiny_run.hpp"
#include "support/fake_file_system.hpp"
#include "support/places.hpp"

namespace myxtts {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class TrainerTest : public testing::Test {
 protected:
  TrainerTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  [[nodiscard]] std::string data() const { return run::test::write_data_set(folder_.path() / "data").string(); }
  [[nodiscard]] std::string path(const char* name) const { return (folder_.path() / name).string(); }

  [[nodiscard]] XTTSTrainerOptions plain_options(const char* output) const {
    XTTSTrainerOptions options;
    options.config = run::test::tiny_settings("");
    options.model_device = "cpu";
    options.output = path(output);
    return options;
  }
  [[nodiscard]] MemoryIsolatedDualGPUTrainerOptions isolated_options() const {
    MemoryIsolatedDualGPUTrainerOptions options;
    options.config = run::test::tiny_settings("");
    options.device = "cpu";
    options.output = path("run");
    return options;
  }

  [[noreturn]] void end_child() const {
    std::filesystem::remove_all(folder_.path());
    std::_Exit(0);
  }

  support::TemporaryFolder folder_;
};

// In a child: what is not so is named on stderr, and ends it.
void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::_Exit(1);
}

template <typename Error, typename Function>
std::string message_of(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "no such error";
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

TEST_F(TrainerTest, PlainOneTrainsAsTheCommandDoes) {
  const std::string clips = data();
  const std::string run = XTTSTrainer(plain_options("run")).train(clips, "", 0);
  EXPECT_EQ(run, path("run"));
  ASSERT_FALSE(run::test::train(run::test::train_request(run::test::tiny_settings(clips), path("command"))));
  run::test::expect_same_end(run, path("command"), "library and command");
}

TEST_F(TrainerTest, EpochsPlanTheVoiceStage) {
  const std::string clips = data();
  const auto voice_steps = [&](const char* output, std::int64_t epochs) {
    XTTSTrainerOptions options = plain_options(output);
    options.config.voice.steps = 0;
    const std::string run = XTTSTrainer(options).train(clips, "", epochs);
    const auto progress = speech::load_checkpoint(core::Path(run) / "checkpoints" / "last").progress;
    EXPECT_EQ(progress.stage, "voice");
    return progress.step;
  };
  const std::int64_t one_pass = voice_steps("one", 1);
  EXPECT_GT(one_pass, 10);
  EXPECT_EQ(voice_steps("two", 2), 2 * one_pass);
}

TEST_F(TrainerTest, RunIsResumedAndNeverWrittenOver) {
  const std::string clips = data();
  const std::string run = XTTSTrainer(plain_options("run")).train(clips, "", 0);
  EXPECT_THAT([&] { (void)XTTSTrainer(plain_options("run")).train(clips, "", 0); },
              ThrowsMessage<core::ConfigError>(HasSubstr("the folder holds a run already")));
  XTTSTrainerOptions resumed = plain_options("elsewhere");
  resumed.resume_checkpoint = run;
  EXPECT_EQ(XTTSTrainer(resumed).train(clips, "", 0), run);
  resumed.config.voice.learning_rate = 0.5;
  EXPECT_THAT([&] { (void)XTTSTrainer(resumed).train(clips, "", 0); },
              ThrowsMessage<core::ConfigError>(HasSubstr("voice.learning_rate")));
}

TEST_F(TrainerTest, ModelIsWhereTrainingStarts) {
  const std::string clips = data();
  const std::string first = XTTSTrainer(plain_options("first")).train(clips, "", 0);
  XTTSTrainerOptions options = plain_options("second");
  options.model = first;
  options.config.voice.learning_rate = 1e-30;  // nothing is learnt any more
  options.config.run.seed = 5;                 // new weights would be others
  const std::string second = XTTSTrainer(options).train(clips, "", 0);
  const contracts::TrainState start = speech::load_checkpoint(first);
  const contracts::TrainState end = speech::load_checkpoint(core::Path(second) / "checkpoints" / "last");
  EXPECT_EQ(end.progress.stage, "voice");
  EXPECT_EQ(end.progress.run_steps, 6);  // no codec was trained
  for (const char* part : {"voice", "codec", "mel_statistics"}) {
    run::test::expect_equal(start.weights.at(part), end.weights.at(part), part);
  }
}

TEST_F(TrainerTest, GpuThatThisBuildCannotServeIsNotPassedOver) {
  void* driver = ::dlopen((support::binary_folder() / "fake_driver/libnvidia-ml.so.1").c_str(), RTLD_NOW);
  ASSERT_NE(driver, nullptr) << ::dlerror();
  ::setenv("MYXTTS_FAKE_GPUS", "24576", 1);
  XTTSTrainerOptions options = plain_options("run");
  options.model_device.clear();
  EXPECT_THAT([&] { const XTTSTrainer trainer(options); }, ThrowsMessage<core::DeviceError>(HasSubstr("cuda:0")));
  ::unsetenv("MYXTTS_FAKE_GPUS");
  ::dlclose(driver);
}

TEST_F(TrainerTest, DevicesAreNamedAsLibtorchNamesThem) {
  XTTSTrainerOptions options = plain_options("run");
  options.model_device = "/GPU:1";
  EXPECT_THAT([&] { XTTSTrainer trainer(options); },
              ThrowsMessage<core::ConfigError>(HasSubstr("cpu, cuda or cuda:N")));
}

TEST_F(TrainerTest, IsolatedOneTrainsAndTellsItsMemory) {
  const auto in_child = [this] {
    MemoryIsolatedDualGPUTrainer trainer(isolated_options());
    (void)trainer.train(data(), "", 0);
    const MemoryStats stats = trainer.get_memory_stats();
    require(stats.data_gpu.id == 0 && stats.model_gpu.id == 1, "ids");
    require(stats.data_gpu.device == "cpu" && stats.model_gpu.device == "cpu", "devices");
    require(stats.data_gpu.limit_mb == 8192 && stats.model_gpu.limit_mb == 16384, "limits");
    const GpuMemoryInfo& info = stats.model_gpu.info;
    require(info.total_mb == info.used_mb + info.free_mb && info.utilization > 0, "info");
    log_memory_stats({0, 1, 7});
    release_cached_memory();
    end_child();
  };
  EXPECT_EXIT(in_child(), testing::ExitedWithCode(0), "");
}

TEST_F(TrainerTest, LeakIsWhatARoleHoldsOverTheBaseline) {
  const auto in_child = [this] {
    const MemoryIsolatedDualGPUTrainer trainer(isolated_options());
    std::vector<torch::Tensor> leaked;
    const auto leak_mb = [&leaked](device::Role role, std::int64_t mb) {
      const device::RoleScope scope(role);
      leaked.push_back(torch::empty({mb << 20}, torch::kUInt8));
    };
    leak_mb(device::Role::kModel, 150);
    require(!detect_memory_leak({0, 0, 100}), "the other role's memory is no leak");
    leak_mb(device::Role::kData, 100);
    require(!detect_memory_leak({0, 0, 100}), "the threshold itself is no leak");
    leak_mb(device::Role::kData, 1);
    require(detect_memory_leak({0, 0, 100}), "a leak");
    require(!detect_memory_leak({0, 50, 100}), "the baseline counts");
    require(detect_memory_leak({1, 49, 100}), "a leak of the model role");
    require(contains(message_of<core::DeviceError>([] { (void)detect_memory_leak({5, 0, 100}); }), "no role"), "id 5");
    end_child();
  };
  EXPECT_EXIT(in_child(), testing::ExitedWithCode(0), "GPU 0: 101MB of tensors, 101MB over the baseline of 0MB");
}

TEST_F(TrainerTest, OutOfMemoryIsThrownAndTheProcessLivesOn) {
  const auto in_child = [this] {
    MemoryIsolatedDualGPUTrainerOptions options = isolated_options();
    options.data_gpu_memory_limit = 1;
    MemoryIsolatedDualGPUTrainer trainer(options);
    const std::string clips = data();
    for (const char* attempt : {"first", "second"}) {
      const std::string message = message_of<core::OutOfMemoryError>([&] { (void)trainer.train(clips, "", 0); });
      std::filesystem::remove_all(options.output);
      require(contains(message, "data"), attempt);
    }
    end_child();
  };
  EXPECT_EXIT(in_child(), testing::ExitedWithCode(0), "");
}

TEST_F(TrainerTest, ProcessIsSetUpOnce) {
  const auto in_child = [this] {
    MemoryIsolatedDualGPUTrainerOptions options = isolated_options();
    const MemoryIsolatedDualGPUTrainer first(options);
    const MemoryIsolatedDualGPUTrainer same(options);
    options.data_gpu_memory_limit = 4096;
    for (const std::string& message :
         {message_of<core::DeviceError>([&] { const MemoryIsolatedDualGPUTrainer other(options); }),
          message_of<core::DeviceError>([] { setup_gpu_memory_isolation({}); })}) {
      require(contains(message, "Physical devices cannot be modified after being initialized"), "R4, first phrase");
      require(contains(message, "GPU already initialized"), "R4, second phrase");
    }
    require(contains(message_of<core::DeviceError>([&] { const XTTSTrainer plain(plain_options("plain")); }),
                     "isolated memory"),
            "a plain trainer");
    options = isolated_options();
    options.config.run.threads = 7;
    require(contains(message_of<core::ConfigError>([&] { const MemoryIsolatedDualGPUTrainer other(options); }),
                     "thread counts"),
            "other threads");
    end_child();
  };
  EXPECT_EXIT(in_child(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace myxtts

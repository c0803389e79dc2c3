// A run that meets its cap ends with a checkpoint that can be gone on from.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/role_allocator.hpp"
#include "device/role_thread.hpp"
#include "system/tiny_run.hpp"

namespace myxtts::system {
namespace {

using device::Role;
using ::testing::AllOf;
using ::testing::HasSubstr;

class OutOfMemory : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    torch::set_num_threads(1);
    folder_ = std::make_unique<support::TemporaryFolder>();
    test::write_data_set(folder_->path() / "data");
    test::train(test::train_request(settings(), reference()));
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static core::Path reference() { return folder_->path() / "reference"; }
  static config::Settings settings() {
    config::Settings settings = test::tiny_settings(folder_->path() / "data");
    settings.batch.buffer = 1;
    return settings;
  }

  // Trains until `role` may take only `bytes` more than it holds after `step` steps of both stages. Returns the
  // message.
  static std::string run_out(const core::Path& run, Role role, std::int64_t bytes, std::int64_t step) {
    std::int64_t steps = 0;
    core::Console console;
    try {
      run_training(test::train_request(settings(), run), console, [&] {
        if (++steps > step) device::set_cap(role, device::live_bytes(role) + bytes);
        return false;
      });
    } catch (const core::OutOfMemoryError& error) {
      EXPECT_EQ(error.exit_code(), 3);
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
  }

  // Goes on without a cap, to the end of a run that never met one.
  static void expect_good_end(const core::Path& run) {
    EXPECT_FALSE(test::train(test::train_request(settings(), run, config::RunStart::kResume)));
    test::expect_same_end(run, reference(), run.filename().string());
  }

  static std::int64_t saved_step(const core::Path& run) {
    return load_checkpoint(run / "checkpoints" / "last").progress.run_steps;
  }

  static inline std::unique_ptr<support::TemporaryFolder> folder_;
};

TEST_F(OutOfMemory, ModelRoleKeepsItsLastStep) {
  const std::int64_t room = 64 << 10;  // for a checkpoint's small tensors, not for a step
  for (const std::int64_t step : {2, 8}) {
    const core::Path run = folder_->path() / fmt::format("model {}", step);
    const std::string message = run_out(run, Role::kModel, room, step);
    EXPECT_THAT(message, AllOf(HasSubstr("the model role is out of memory"), HasSubstr("asked for with"),
                               HasSubstr("in use"), HasSubstr("at most the cap of"), HasSubstr("--model-gpu-memory")));
    EXPECT_EQ(saved_step(run), step);
    EXPECT_THAT(core::local_file_system().read(run / "log.txt"),
                AllOf(HasSubstr("The last checkpoint is safe"), HasSubstr("error: the model role is out of memory")));
    expect_good_end(run);
  }
}

TEST_F(OutOfMemory, WithoutRoomForACheckpointTheOneBeforeStands) {
  const core::Path run = folder_->path() / "no room";
  (void)run_out(run, Role::kModel, 0, 8);
  EXPECT_LE(saved_step(run), 8);
  EXPECT_GE(saved_step(run), 6);
  expect_good_end(run);
}

TEST_F(OutOfMemory, DataRoleEndsTheRunWithItsLastStepSaved) {
  for (const std::int64_t step : {2, 8}) {
    const core::Path run = folder_->path() / fmt::format("data {}", step);
    const std::string message = run_out(run, Role::kData, 0, step);
    EXPECT_THAT(message, AllOf(HasSubstr("the data role is out of memory"), HasSubstr("--data-gpu-memory")));
    EXPECT_GE(saved_step(run), step);
    expect_good_end(run);
  }
}

TEST_F(OutOfMemory, BeforeTheFirstStepThereIsNothingToSave) {
  const core::Path run = folder_->path() / "at once";
  (void)run_out(run, Role::kModel, 0, 0);
  EXPECT_THAT(core::local_file_system().read(run / "log.txt"), HasSubstr("before the first checkpoint"));
  expect_good_end(run);
}

constexpr std::int64_t kMoreThanThereIs = std::int64_t{1} << 48;

// Without a cap it is libtorch that refuses; the user reads the same.
TEST_F(OutOfMemory, AModelThatTheDeviceCannotHoldIsTheModelRoles) {
  config::Settings settings = OutOfMemory::settings();
  settings.codec.codes = kMoreThanThereIs;
  try {
    test::train(test::train_request(settings, folder_->path() / "no device"));
    FAIL() << "it was made";
  } catch (const core::OutOfMemoryError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the model role is out of memory"));
  }
}

TEST(RunAs, MemoryThatRunsOutIsTheRoles) {
  const auto runtime = device::make_cpu_runtime({});
  EXPECT_THROW(device::run_as(*runtime, Role::kData, [] { (void)torch::empty({kMoreThanThereIs}); }),
               core::OutOfMemoryError);
}

}  // namespace
}  // namespace myxtts::system

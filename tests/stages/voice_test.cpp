#include "stages/voice.hpp"

#include <gtest/gtest.h>

#include "device/role_thread.hpp"
#include "machine_check/smallest_stage.hpp"

namespace myxtts::stages {
namespace {

// Groups of the first training batch, which has two rows.
std::size_t groups_with(int model_threads) {
  device::RuntimeOptions options;
  options.model_threads = model_threads;
  const auto runtime = device::make_cpu_runtime(options);
  const machine_check::SmallestStage stage(*runtime);
  const stages::StageData data = stage.new_data();
  contracts::Batch batch;
  device::run_as(*runtime, device::Role::kData,
                 [&] { batch = data.training->prepare(data.training->decode(data.schedule->at(0))); });
  return std::get<contracts::VoiceBatch>(batch.payload).groups.size();
}

TEST(VoiceStage, TheDataRoleMakesAGroupOfRowsForEachThreadOfTheModelRole) {
  EXPECT_EQ(groups_with(1), 1U);
  EXPECT_EQ(groups_with(2), 2U);
  EXPECT_EQ(groups_with(7), 2U) << "no more than rows";
}

}  // namespace
}  // namespace myxtts::stages

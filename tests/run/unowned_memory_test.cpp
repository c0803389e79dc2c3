// While a stage trains over the wiring of a real run, no memory belongs to no role.

#include <gtest/gtest.h>

#include "device/role_allocator.hpp"
#include "run/tiny_run.hpp"
#include "run/wiring.hpp"
#include "stages/codec.hpp"
#include "stages/voice.hpp"

namespace myxtts::run {
namespace {

using device::Role;

TEST(UnownedMemory, NothingIsAllocatedOutsideTheRolesWhileAStageTrains) {
  torch::set_num_threads(1);
  support::TemporaryFolder folder;
  core::Console console(true);
  const auto runtime = device::make_runtime({});
  const config::Settings settings = test::tiny_settings(test::write_data_set(folder.path() / "data"));
  const stages::TrainingData clips = stages::load_training_data(settings, "", console);
  const stages::RunData data{settings, clips, stages::gather_statistics(settings, clips, *runtime)};
  RunFiles files(core::local_file_system(), folder.path() / "run", RunStart::kNew, console);
  contracts::TrainState base;
  base.weights["mel_statistics"] = {{"deviation", data.statistics.standard_deviation}, {"mean", data.statistics.mean}};
  const std::int64_t before = device::live_bytes(Role::kNone);
  std::int64_t calls = 0;
  const auto look = [&] {
    ++calls;
    EXPECT_EQ(device::live_bytes(Role::kNone), before);
    return false;
  };
  RunContext context{data, *runtime, console, files, base, look, 0};
  contracts::StageProgress progress;
  progress.stage = "codec";
  progress.planned_steps = settings.codec.steps;
  (void)train_stage(stages::codec_stage(), context, progress, {});
  const contracts::TrainState codec = speech::load_checkpoint(files.best("codec"));
  const std::int64_t loaded = device::live_bytes(Role::kNone);
  progress = {};
  progress.stage = "voice";
  progress.planned_steps = settings.voice.steps;
  context.stop_requested = [&] {
    ++calls;
    EXPECT_EQ(device::live_bytes(Role::kNone), loaded);
    return false;
  };
  context.base.weights["codec"] = codec.weights.at("codec");
  (void)train_stage(stages::voice_stage(), context, progress, {});
  EXPECT_EQ(calls, settings.codec.steps + settings.voice.steps);
}

}  // namespace
}  // namespace myxtts::run

#include "machine/planned_gpus.hpp"

#include <gmock/gmock.h>

namespace myxtts::machine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

DevicePlan plan_of(DeviceMode mode, const std::string& data, const std::string& model) {
  DevicePlan plan;
  plan.mode = mode;
  plan.data_gpu.uuid = data;
  plan.model_gpu.uuid = model;
  plan.visible_devices = "2,0";
  return plan;
}

const DevicePlan kDual = plan_of(DeviceMode::kDualGpu, "GPU-aa", "GPU-bb");

TEST(PlannedGpus, AreThereInTheirOrder) {
  EXPECT_NO_THROW(require_planned_gpus(kDual, {"aa", "bb"}));
  EXPECT_NO_THROW(require_planned_gpus(plan_of(DeviceMode::kSharedGpu, "GPU-aa", "GPU-aa"), {"aa"}));
  EXPECT_NO_THROW(require_planned_gpus(plan_of(DeviceMode::kSingleGpu, "MIG-cc", "MIG-cc"), {"cc"}));
}

TEST(PlannedGpus, LettersCountInEitherCase) {
  EXPECT_NO_THROW(require_planned_gpus(plan_of(DeviceMode::kDualGpu, "GPU-AB", "GPU-cd"), {"ab", "CD"}));
}

TEST(PlannedGpus, AreOnlyCountedWhereNvmlSaidNoUuid) {
  const DevicePlan unknown = plan_of(DeviceMode::kDualGpu, "", "");
  EXPECT_NO_THROW(require_planned_gpus(unknown, {"aa", "bb"}));
  EXPECT_THAT([&] { require_planned_gpus(unknown, {"aa"}); },
              ThrowsMessage<core::DeviceError>(HasSubstr("(unknown), (unknown)")));
  EXPECT_THROW(require_planned_gpus(plan_of(DeviceMode::kDualGpu, "GPU-aa", ""), {"bb", "aa"}), core::DeviceError);
}

TEST(PlannedGpus, DifferenceSaysWhatWasPlannedWhatIsThereAndWhatToDo) {
  EXPECT_THAT(
      [] {
        require_planned_gpus(kDual, {"bb", "aa"});
      },
      ThrowsMessage<core::DeviceError>(AllOf(HasSubstr("CUDA_VISIBLE_DEVICES=2,0"), HasSubstr("'bb, aa'"),
                                             HasSubstr("expected aa, bb"), HasSubstr("nvidia-smi -L"))));
  EXPECT_THAT([] { require_planned_gpus(kDual, {}); }, ThrowsMessage<core::DeviceError>(HasSubstr("'no GPU'")));
  EXPECT_THROW(require_planned_gpus(kDual, {"aa"}), core::DeviceError);
  EXPECT_THROW(require_planned_gpus(kDual, {"aa", "bb", "cc"}), core::DeviceError);
  EXPECT_THROW(require_planned_gpus(plan_of(DeviceMode::kSingleGpu, "GPU-aa", "GPU-aa"), {"bb"}), core::DeviceError);
}

}  // namespace
}  // namespace myxtts::machine

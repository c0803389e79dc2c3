#include "machine/device_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "machine/memory_caps.hpp"
#include "machine/recommendation.hpp"
#include "support/fake_inventory.hpp"

namespace myxtts::machine {
namespace {

using support::fake_gpus;
using support::FakeInventory;
using testing::AllOf;
using testing::HasSubstr;
using Gpu = std::optional<int>;

constexpr const char* kFailed = "\n❌ Multi-GPU mode was requested but configuration failed";
constexpr const char* kAdvice = "\n   Please check your GPU indices and ensure you have at least 2 GPUs";

DeviceOptions two_gpus(Gpu data_gpu, Gpu model_gpu) {
  DeviceOptions options;
  if (data_gpu) options.data_gpu = std::to_string(*data_gpu);
  if (model_gpu) options.model_gpu = std::to_string(*model_gpu);
  return options;
}

DeviceOptions shared(Gpu data_gpu = {}, Gpu model_gpu = {}) {
  DeviceOptions options = two_gpus(data_gpu, model_gpu);
  options.share_gpu = true;
  return options;
}

DeviceOptions isolated(DeviceOptions options, std::optional<MemoryLimit> data = {},
                       std::optional<MemoryLimit> model = {}) {
  options.isolation = true;
  options.data_memory = data;
  options.model_memory = model;
  return options;
}

DeviceOptions speech(Gpu model_gpu, const std::string& device = "") {
  DeviceOptions options = two_gpus({}, model_gpu);
  options.device = device;
  options.two_roles = false;
  return options;
}

constexpr MemoryLimit kAuto{};
MemoryLimit limit(std::int64_t mb) { return MemoryLimit{mb}; }

std::string refusal(const DeviceOptions& options, const FakeInventory& inventory) {
  try {
    (void)resolve(options, inventory);
  } catch (const GpuConfigurationError& error) {
    EXPECT_EQ(error.exit_code(), 1);
    return error.what();
  }
  return "no error";
}

// The first line of the error; the two that end every one of R5's follow to the letter.
std::string first_line(Gpu data_gpu, Gpu model_gpu, int gpus) {
  const std::string text = refusal(two_gpus(data_gpu, model_gpu), FakeInventory(gpus));
  const std::string end = std::string(kFailed) + kAdvice;
  EXPECT_TRUE(text.ends_with(end)) << text;
  return text.substr(0, text.size() - std::min(text.size(), end.size()));
}

std::string wrong_flags(const DeviceOptions& options) {
  try {
    check_flags(options);
  } catch (const core::UsageError& error) {
    EXPECT_EQ(error.exit_code(), 2);
    return error.what();
  }
  return "no error";
}

TEST(Resolve, WithoutFlagsTheFirstGpuIsTakenWhereThereIsOne) {
  EXPECT_EQ(resolve({}, FakeInventory(0)).mode, DeviceMode::kCpu);
  for (const int gpus : {1, 2, 3, 8}) {
    const DevicePlan plan = resolve({}, FakeInventory(gpus));
    EXPECT_EQ(plan.mode, DeviceMode::kSingleGpu);
    EXPECT_EQ(plan.visible_devices, "0");
    EXPECT_EQ(plan.data_device(), "cuda:0");
    EXPECT_EQ(plan.model_device(), "cuda:0");
    EXPECT_FALSE(plan.isolated);
    EXPECT_EQ(plan.data_cap_mb, 0);
    EXPECT_EQ(plan.model_cap_mb, 0);
  }
}

TEST(Resolve, DeviceCpuNeverAsksTheDriver) {
  DeviceOptions options;
  options.device = "cpu";
  const FakeInventory inventory(8);
  EXPECT_EQ(resolve(options, inventory).mode, DeviceMode::kCpu);
  EXPECT_EQ(inventory.asked, 0);
}

TEST(Resolve, DeviceCudaNeverFallsBackToTheCpu) {
  DeviceOptions options;
  options.device = "cuda";
  EXPECT_EQ(refusal(options, FakeInventory(0)), "❌ --device cuda requires a GPU, found 0");
  EXPECT_EQ(resolve(options, FakeInventory(1)).mode, DeviceMode::kSingleGpu);
  options.visible_devices = "-1";
  EXPECT_EQ(refusal(options, FakeInventory(2)), "❌ --device cuda requires a GPU, found 0");
}

TEST(Resolve, BothFlagsAreNeededOnEveryMachine) {
  for (const int gpus : {0, 1, 2, 3, 8}) {
    EXPECT_EQ(first_line(0, {}, gpus), "❌ Multi-GPU mode needs both flags: --model-gpu is missing");
    EXPECT_EQ(first_line({}, 99, gpus), "❌ Multi-GPU mode needs both flags: --data-gpu is missing");
  }
}

TEST(Resolve, TooFewGpusComeBeforeBadIndices) {
  EXPECT_EQ(first_line(0, 1, 0), "❌ Multi-GPU requires at least 2 GPUs, found 0");
  EXPECT_EQ(first_line(0, 1, 1), "❌ Multi-GPU requires at least 2 GPUs, found 1");
  EXPECT_EQ(first_line(99, 99, 1), "❌ Multi-GPU requires at least 2 GPUs, found 1");
  EXPECT_EQ(first_line(-1, -1, 0), "❌ Multi-GPU requires at least 2 GPUs, found 0");
}

TEST(Resolve, IndicesAreCheckedDataFirst) {
  EXPECT_EQ(first_line(0, 99, 2), "❌ Invalid model_gpu=99, must be 0-1");
  EXPECT_EQ(first_line(99, 0, 2), "❌ Invalid data_gpu=99, must be 0-1");
  EXPECT_EQ(first_line(99, 98, 2), "❌ Invalid data_gpu=99, must be 0-1");
  EXPECT_EQ(first_line(-1, 0, 2), "❌ Invalid data_gpu=-1, must be 0-1");
  EXPECT_EQ(first_line(2, 0, 2), "❌ Invalid data_gpu=2, must be 0-1");
  EXPECT_EQ(first_line(2, 3, 3), "❌ Invalid model_gpu=3, must be 0-2");
  EXPECT_EQ(first_line(7, 8, 8), "❌ Invalid model_gpu=8, must be 0-7");
}

TEST(Resolve, EqualIndicesComeLast) {
  EXPECT_EQ(first_line(1, 1, 2), "❌ data_gpu and model_gpu must be different");
  EXPECT_EQ(first_line(7, 7, 8), "❌ data_gpu and model_gpu must be different");
  EXPECT_EQ(first_line(5, 5, 3), "❌ Invalid data_gpu=5, must be 0-2");
}

TEST(Resolve, TwoGpusBecomeVisibleInTheOrderDataModel) {
  const DevicePlan plan = resolve(two_gpus(2, 0), FakeInventory(3));
  EXPECT_EQ(plan.mode, DeviceMode::kDualGpu);
  EXPECT_EQ(plan.visible_devices, "2,0");
  EXPECT_EQ(plan.data_gpu.physical_index, 2);
  EXPECT_EQ(plan.data_gpu.uuid, support::fake_gpu(2).uuid);
  EXPECT_EQ(plan.model_gpu.physical_index, 0);
  EXPECT_EQ(plan.data_device(), "cuda:0");
  EXPECT_EQ(plan.model_device(), "cuda:1");
  EXPECT_FALSE(plan.isolated);
  EXPECT_EQ(plan.data_cap_mb + plan.model_cap_mb, 0) << "no caps without isolation";
  EXPECT_EQ(resolve(two_gpus(6, 7), FakeInventory(8)).visible_devices, "6,7");
}

TEST(Resolve, IndicesCountWithinTheUsersVisibleDevices) {
  DeviceOptions options = two_gpus(0, 1);
  options.visible_devices = "5,3";
  const DevicePlan plan = resolve(options, FakeInventory(8));
  EXPECT_EQ(plan.visible_devices, "5,3");
  EXPECT_EQ(plan.data_gpu.typed_index, 0);
  EXPECT_EQ(plan.data_gpu.physical_index, 5);
  EXPECT_EQ(plan.model_gpu.physical_index, 3);
  options.model_gpu = "5";
  EXPECT_THAT(refusal(options, FakeInventory(8)), HasSubstr("❌ Invalid model_gpu=5, must be 0-1\n"));
  options.visible_devices = "7";
  EXPECT_THAT(refusal(options, FakeInventory(8)), HasSubstr("❌ Multi-GPU requires at least 2 GPUs, found 1\n"));
  options.visible_devices = "";
  EXPECT_THAT(refusal(options, FakeInventory(8)), HasSubstr("❌ Multi-GPU requires at least 2 GPUs, found 0\n"));
}

TEST(Resolve, TwoMigSlicesCannotBeTheTwoGpus) {
  auto gpus = fake_gpus(2);
  gpus[0].mig_slices = {{"MIG-aaaa", 9728}, {"MIG-bbbb", 9728}};
  const FakeInventory inventory(gpus);
  DeviceOptions options = two_gpus(0, 1);
  options.visible_devices = "MIG-aaaa,MIG-bbbb";
  EXPECT_EQ(refusal(options, inventory),
            "❌ Two MIG slices cannot be the two GPUs: a process sees only one of them (use --share-gpu on it)");
  options.visible_devices.reset();
  EXPECT_THAT(refusal(options, inventory), testing::StartsWith("❌ A GPU and a MIG slice cannot be the two GPUs"));
  options = shared();
  options.visible_devices = "MIG-bbbb";
  const DevicePlan plan = resolve(options, inventory);
  EXPECT_EQ(plan.visible_devices, "MIG-bbbb");
  EXPECT_EQ(plan.model_gpu.physical_index, 0);
  EXPECT_EQ(plan.model_gpu.total_mb, 9728);
}

TEST(Resolve, SharingTakesTheModelGpuAndCapsBothRoles) {
  const DevicePlan plan = resolve(shared(), FakeInventory(fake_gpus(1, 24576)));
  EXPECT_EQ(plan.mode, DeviceMode::kSharedGpu);
  EXPECT_EQ(plan.visible_devices, "0");
  EXPECT_EQ(plan.data_device(), "cuda:0");
  EXPECT_EQ(plan.model_device(), "cuda:0");
  EXPECT_FALSE(plan.isolated);
  EXPECT_EQ(plan.data_cap_mb, 7772);  // 33 % and 67 % of 23552
  EXPECT_EQ(plan.model_cap_mb, 15779);
  EXPECT_EQ(resolve(shared({}, 2), FakeInventory(3)).visible_devices, "2");
  EXPECT_EQ(resolve(shared(1, 1), FakeInventory(3)).visible_devices, "1");
}

TEST(Resolve, SharingNeedsAGpuThatIsThere) {
  EXPECT_EQ(refusal(shared(), FakeInventory(0)), std::string("❌ --share-gpu requires a GPU, found 0") + kFailed);
  EXPECT_EQ(refusal(shared({}, 1), FakeInventory(1)),
            std::string("❌ Invalid model_gpu=1, must be 0-0") + kFailed + kAdvice);
  EXPECT_EQ(refusal(shared(4, 4), FakeInventory(2)),
            std::string("❌ Invalid data_gpu=4, must be 0-1") + kFailed + kAdvice);
}

TEST(Resolve, IsolationHasDefaultCapsAndTakesItsOwn) {
  const FakeInventory inventory(fake_gpus(2, 24576));
  DevicePlan plan = resolve(isolated(two_gpus(0, 1)), inventory);
  EXPECT_TRUE(plan.isolated);
  EXPECT_EQ(plan.data_cap_mb, 8192);
  EXPECT_EQ(plan.model_cap_mb, 16384);
  plan = resolve(isolated(two_gpus(0, 1), limit(4096), kAuto), inventory);
  EXPECT_EQ(plan.data_cap_mb, 4096);
  EXPECT_EQ(plan.model_cap_mb, 16465);  // 67 % of 24576
  plan = resolve(isolated(two_gpus(0, 1), kAuto), inventory);
  EXPECT_EQ(plan.data_cap_mb, 8110);
  EXPECT_EQ(plan.model_cap_mb, 16384);
  plan = resolve(isolated(shared(), kAuto, kAuto), inventory);
  EXPECT_TRUE(plan.isolated);
  EXPECT_EQ(plan.data_cap_mb, 7772);
  EXPECT_EQ(plan.model_cap_mb, 15779);
}

TEST(Resolve, ACapThatDoesNotFitIsRefusedDataFirst) {
  const auto gpus = [](std::int64_t first_mb, std::int64_t second_mb) {
    return FakeInventory({support::fake_gpu(0, first_mb), support::fake_gpu(1, second_mb)});
  };
  EXPECT_THAT(
      refusal(isolated(two_gpus(0, 1)), gpus(8192, 8192)),
      testing::StartsWith("❌ Data GPU 0: a cap of 8192MB does not fit (8192MB of memory less 1024MB reserve)"));
  EXPECT_THAT(
      refusal(isolated(two_gpus(0, 1)), gpus(24576, 16384)),
      testing::StartsWith("❌ Model GPU 1: a cap of 16384MB does not fit (16384MB of memory less 1024MB reserve)"));
  EXPECT_EQ(refusal(isolated(two_gpus(0, 1)), gpus(9216, 17408)), "no error") << "the last that fits";
  EXPECT_THAT(refusal(isolated(two_gpus(0, 1)), gpus(9215, 17408)), HasSubstr("a cap of 8192MB does not fit"));
}

TEST(Resolve, ACapThatDoesNotFitIsFollowedByWhatWould) {
  const std::vector<PlannedGpu> planned = {{0, 0, "", "", 16384}, {1, 1, "", "", 16384}};
  DevicePlan plan;
  plan.mode = DeviceMode::kDualGpu;
  plan.data_gpu = planned[0];
  plan.model_gpu = planned[1];
  const std::vector<std::string> advice = recommendation_lines(plan);
  ASSERT_EQ(advice.size(), 2U);
  EXPECT_THAT(advice[0], HasSubstr("--data-gpu-memory 6144 --model-gpu-memory 10240"));
  EXPECT_EQ(refusal(isolated(two_gpus(0, 1)), FakeInventory(fake_gpus(2, 16384))),
            "❌ Model GPU 1: a cap of 16384MB does not fit (16384MB of memory less 1024MB reserve)\n" + advice[0] +
                "\n" + advice[1]);
  EXPECT_EQ(refusal(isolated(two_gpus(0, 1)), FakeInventory(fake_gpus(2, 6144))),
            "❌ Data GPU 0: a cap of 8192MB does not fit (6144MB of memory less 1024MB reserve)\n"
            "❌ GPU 1: 6144MB, at least 8192MB needed for isolation");
}

TEST(Resolve, SharedCapsAreCheckedTogetherToo) {
  const auto ask = [](std::int64_t data_mb, std::int64_t model_mb) {
    return refusal(isolated(shared(), limit(data_mb), limit(model_mb)), FakeInventory(fake_gpus(1, 16384)));
  };
  EXPECT_EQ(ask(5120, 10240), "no error");
  EXPECT_THAT(ask(5121, 10240), testing::StartsWith("❌ GPU 0: caps of 5121MB and 10240MB together do not fit "
                                                    "(16384MB of memory less 1024MB reserve)"));
  EXPECT_THAT(ask(1, 15361), testing::StartsWith("❌ Model GPU 0: a cap of 15361MB does not fit"));
}

TEST(Resolve, ElsewhereModelGpuAlonePicksTheGpu) {
  const DevicePlan plan = resolve(speech(2), FakeInventory(3));
  EXPECT_EQ(plan.mode, DeviceMode::kSingleGpu);
  EXPECT_EQ(plan.visible_devices, "2");
  EXPECT_EQ(plan.model_device(), "cuda:0");
  EXPECT_EQ(resolve(speech({}), FakeInventory(0)).mode, DeviceMode::kCpu);
  EXPECT_EQ(resolve(speech({}), FakeInventory(2)).visible_devices, "0");
  EXPECT_EQ(refusal(speech(0), FakeInventory(0)), "❌ --model-gpu requires a GPU, found 0");
  EXPECT_EQ(refusal(speech(3), FakeInventory(3)), "❌ Invalid model_gpu=3, must be 0-2");
  EXPECT_EQ(refusal(speech(-1), FakeInventory(3)), "❌ Invalid model_gpu=-1, must be 0-2");
}

TEST(CheckFlags, NamesThePartnerThatIsMissing) {
  EXPECT_THAT(wrong_flags(isolated({})), AllOf(HasSubstr("--enable-memory-isolation"), HasSubstr("--data-gpu")));
  DeviceOptions options = two_gpus(0, 1);
  options.data_memory = limit(4096);
  EXPECT_THAT(wrong_flags(options), AllOf(HasSubstr("--data-gpu-memory"), HasSubstr("--enable-memory-isolation")));
  options.data_memory.reset();
  options.model_memory = kAuto;
  EXPECT_THAT(wrong_flags(options), AllOf(HasSubstr("--model-gpu-memory"), HasSubstr("--enable-memory-isolation")));
}

TEST(CheckFlags, NamesWhatContradicts) {
  EXPECT_THAT(wrong_flags(shared(1)), AllOf(HasSubstr("--share-gpu"), HasSubstr("--data-gpu 1")));
  EXPECT_THAT(wrong_flags(shared(0, 1)), HasSubstr("--model-gpu 1"));
  for (DeviceOptions options : {two_gpus(0, 1), two_gpus({}, 1), shared(), isolated({})}) {
    options.device = "cpu";
    EXPECT_THAT(wrong_flags(options), HasSubstr("--device cpu"));
  }
}

TEST(CheckFlags, LeavesTheRestToTheMachine) {
  for (const DeviceOptions& options : {DeviceOptions{}, two_gpus(0, {}), two_gpus(1, 1), shared(0), shared(3, 3),
                                       isolated(shared()), isolated(two_gpus(0, {}), kAuto, limit(1))}) {
    EXPECT_EQ(wrong_flags(options), "no error");
  }
}

TEST(ShareOfMb, RoundsDownWhateverTheLastBitSays) {
  EXPECT_EQ(share_of_mb(24576, kDataFraction), 8110);
  EXPECT_EQ(share_of_mb(25600, kDataFraction), 8448);
  EXPECT_EQ(share_of_mb(100, 0.29), 29);
  for (std::int64_t total = 0; total < 100'000; total += 7) {
    EXPECT_LE(share_of_mb(total, kDataFraction) + share_of_mb(total, kModelFraction), total);
  }
}

TEST(Resolve, GpuThatTheReserveTakesWholeHasNoCap) {
  DeviceOptions options;
  options.share_gpu = true;
  for (const auto& [total_mb, why] : {std::pair{512,
                                                "❌ Data GPU 0: no cap fits, its 512MB of memory are all in the "
                                                "1024MB reserve\n❌ GPU 0: 512MB, at least 8192MB"},
                                      std::pair{0, "❌ Data GPU 0: the driver does not say how much memory it has"}}) {
    try {
      (void)resolve(options, support::FakeInventory(support::fake_gpus(1, total_mb)));
      ADD_FAILURE() << total_mb;
    } catch (const GpuConfigurationError& error) {
      EXPECT_TRUE(std::string_view(error.what()).starts_with(why)) << error.what();
    }
  }
}

}  // namespace
}  // namespace myxtts::machine

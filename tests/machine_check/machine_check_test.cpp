// The engine's half of `validate`, on the CPU: the plan says GPUs, two roles on the CPU stand for them.

#include "machine_check/machine_check.hpp"

#include <gtest/gtest.h>

#include "device/delegating_runtime.hpp"
#include "device/role_allocator.hpp"

namespace myxtts::machine_check {
namespace {

using device::Role;
using machine::Check;

// The CPU, with what is asked of it changed as a test wants.
class WatchedRuntime final : public device::DelegatingRuntime {
 public:
  explicit WatchedRuntime(device::TransferRoute route, const device::RuntimeOptions& options = {})
      : WatchedRuntime(device::make_cpu_runtime(options), route) {}

  std::unique_ptr<device::RoleSession> enter(Role role) override {
    return DelegatingRuntime::enter(role == Role::kData ? data_role : role);
  }
  void copy_async(const torch::Tensor& to, const torch::Tensor& from) override {
    DelegatingRuntime::copy_async(to, from);
    if (flips_a_bit && to.is_floating_point() && to.numel() > 0) to.view(-1)[0] += 1;
  }
  device::TransferRoute route() const override { return route_; }
  device::MemoryUse memory(Role role) const override {
    device::MemoryUse use = DelegatingRuntime::memory(role);
    use.reserved += reserved_up_front;
    return use;
  }

  bool flips_a_bit = false;
  std::int64_t reserved_up_front = 0;
  Role data_role = Role::kData;  // what its threads work for

 private:
  WatchedRuntime(std::unique_ptr<device::DeviceRuntime> cpu, device::TransferRoute route)
      : DelegatingRuntime(*cpu), cpu_(std::move(cpu)), route_(route) {}

  std::unique_ptr<device::DeviceRuntime> cpu_;
  device::TransferRoute route_;
};

class MachineValidation : public ::testing::Test {
 protected:
  MachineValidation() {
    torch::set_num_threads(1);
    plan_.mode = machine::DeviceMode::kDualGpu;
    plan_.model_gpu.physical_index = 1;
    report_.pass(Check::kDriver, "NVIDIA driver installed (2 GPUs detected)");
    report_.pass(Check::kLibtorch, "libtorch installed (version 2.11.0)");
    report_.pass(Check::kLibtorchGpus, "libtorch can see 2 GPUs");
    report_.pass(Check::kIndices, "GPU indices valid: data_gpu=0, model_gpu=1");
  }

  ~MachineValidation() override {
    device::set_cap(Role::kData, 0);
    device::set_cap(Role::kModel, 0);
  }

  std::string check(device::DeviceRuntime& runtime) {
    check_machine(report_, plan_, runtime);
    return machine::to_text(report_);
  }

  // The only check that failed, with its line; what comes after it did not run.
  void expect_failure(Check check, const std::string& detail) {
    for (const auto& [which, result] : report_.results) {
      EXPECT_EQ(result.ok, which != check) << result.detail;
    }
    ASSERT_TRUE(report_.results.contains(check));
    EXPECT_EQ(report_.results.at(check).detail, detail);
    EXPECT_FALSE(report_.results.at(check).advice.empty());
    EXPECT_EQ(report_.results.rbegin()->first, check);
  }

  machine::DevicePlan plan_;
  machine::MachineReport report_;
};

TEST_F(MachineValidation, WholeReportIsToTheLetter) {
  WatchedRuntime runtime(device::TransferRoute::kPeer);
  EXPECT_EQ(check(runtime), R"(Dual-GPU Pipeline Validation
============================================================

1. Checking prerequisites...
   ✅ NVIDIA driver installed (2 GPUs detected)
   ✅ libtorch installed (version 2.11.0)
   ✅ libtorch can see 2 GPUs

2. Validating device placement configuration...
   ✅ GPU indices valid: data_gpu=0, model_gpu=1
   ✅ Set visible devices: GPU 0 and GPU 1
   ✅ Memory growth configured for GPU 0
   ✅ Memory growth configured for GPU 1
   ✅ Transfer policy set to 'peer'

3. Testing model creation on GPU:1...
   ✅ Model created successfully on GPU:1
   ✅ Forward pass successful

4. Testing data transfer between GPUs...
   ✅ Created data on GPU:0
   ✅ Transferred data to GPU:1
   ✅ Data integrity verified after transfer

5. Simulating training pipeline...
   ✅ Created dataset on GPU:0
   ✅ Created model on GPU:1
   ✅ Processed 3 batches successfully
   ✅ Pipeline simulation successful

============================================================
🎉 All validation checks passed!
Your system is ready for dual-GPU training.
============================================================
)");
}

TEST_F(MachineValidation, SharedGpuIsNamedForBothRolesAndCapsAreProved) {
  plan_.mode = machine::DeviceMode::kSharedGpu;
  plan_.model_gpu.physical_index = 0;
  plan_.isolated = report_.isolated = report_.shared = true;
  plan_.data_cap_mb = 512;
  plan_.model_cap_mb = 1024;
  report_.recommendation = {"   Recommended: ./myxtts train"};
  WatchedRuntime runtime(device::TransferRoute::kLocal, {.data_device = torch::kCPU,
                                                         .model_device = torch::kCPU,
                                                         .data_threads = 1,
                                                         .model_threads = 1,
                                                         .data_cap_bytes = plan_.data_cap_mb << 20,
                                                         .model_cap_bytes = plan_.model_cap_mb << 20,
                                                         .process_bytes = {}});
  const std::string text = check(runtime);
  const std::string tail = text.substr(text.find("   ✅ Set visible devices"));
  EXPECT_EQ(tail, R"(   ✅ Set visible devices: GPU 0 and GPU 0
   ✅ Memory growth configured for GPU 0
   ✅ Memory growth configured for GPU 0
   ✅ Transfer policy set to 'local'

3. Testing model creation on GPU:0...
   ✅ Model created successfully on GPU:0
   ✅ Forward pass successful

4. Testing data transfer between GPUs...
   ✅ Created data on GPU:0
   ✅ Transferred data to GPU:0
   ✅ Data integrity verified after transfer

5. Simulating training pipeline...
   ✅ Created dataset on GPU:0
   ✅ Created model on GPU:0
   ✅ Processed 3 batches successfully
   ✅ Pipeline simulation successful

6. Testing memory isolation...
   ✅ Data GPU 0: a request over 512MB is refused
   ✅ Data GPU 0: a request under 512MB is served
   ✅ Model GPU 0: a request over 1024MB is refused
   ✅ Model GPU 0: a request under 1024MB is served
   Recommended: ./myxtts train

============================================================
🎉 All validation checks passed!
Your system is ready for dual-GPU training.
============================================================
)");
}

TEST_F(MachineValidation, CapThatIsNotEnforcedIsFound) {
  plan_.isolated = report_.isolated = true;
  plan_.data_cap_mb = plan_.model_cap_mb = 64;  // and the runtime knows none
  WatchedRuntime runtime(device::TransferRoute::kPeer);
  check(runtime);
  EXPECT_EQ(report_.results.at(Check::kDataOverCap).detail, "Request over the data GPU's cap: it was served");
  EXPECT_EQ(report_.results.at(Check::kModelOverCap).detail, "Request over the model GPU's cap: it was served");
}

TEST_F(MachineValidation, MemoryReservedUpFrontIsFound) {
  WatchedRuntime runtime(device::TransferRoute::kPeer);
  runtime.reserved_up_front = 1024LL << 20;
  check(runtime);
  expect_failure(Check::kDataGrowth, "Memory growth of the data GPU: 1024MB are reserved before anything is made");
}

TEST_F(MachineValidation, TwoGpusWithoutARouteAreFound) {
  WatchedRuntime runtime(device::TransferRoute::kLocal);
  check(runtime);
  expect_failure(Check::kTransferPolicy, "Transfer policy: two GPUs, and no route between them");
}

TEST_F(MachineValidation, ChangedBytesAreFound) {
  WatchedRuntime runtime(device::TransferRoute::kPeer);
  runtime.flips_a_bit = true;
  check(runtime);
  expect_failure(Check::kIntegrity, "Data integrity after transfer: the batch arrived changed");
}

TEST_F(MachineValidation, DataOfTheWrongRoleIsFound) {
  WatchedRuntime runtime(device::TransferRoute::kPeer);
  runtime.data_role = Role::kModel;
  check(runtime);
  expect_failure(Check::kDataCreated,
                 "Data on the data GPU: a prepared batch is in the wrong place: 'the model role's cpu'; expected the "
                 "data role's cpu");
}

}  // namespace
}  // namespace myxtts::machine_check

// The texts are the users' own: compared to the letter.

#include "machine/messages.hpp"

#include <gtest/gtest.h>

namespace myxtts::machine {
namespace {

DevicePlan plan_of(DeviceMode mode, int data, int model) {
  DevicePlan plan;
  plan.mode = mode;
  plan.data_gpu.physical_index = data;
  plan.model_gpu.physical_index = model;
  return plan;
}

DevicePlan isolated(DevicePlan plan) {
  plan.isolated = true;
  plan.data_cap_mb = 8192;
  plan.model_cap_mb = 16384;
  return plan;
}

std::string text(const std::vector<std::string>& lines) {
  std::string joined;
  for (const std::string& line : lines) joined += line + "\n";
  return joined;
}

// Everything, in the order in which it is printed.
std::string all(const DevicePlan& plan) {
  return text(configuration_lines(plan)) + text(pipeline_lines(plan, 50)) + text(placement_lines(plan)) +
         text(warm_up_lines(plan, 2.0)) + text(training_lines(plan));
}

TEST(Messages, OfTwoGpusAreR7s) {
  EXPECT_EQ(all(plan_of(DeviceMode::kDualGpu, 0, 1)),
            R"(🎯 Configuring Multi-GPU Mode...
   Data Processing GPU: 0
   Model Training GPU: 1
   Set visible devices: GPU 0 and GPU 1
   Configured memory growth for data GPU
   Configured memory growth for model GPU
✅ Multi-GPU configuration completed successfully

🚀 Intelligent GPU Pipeline: Multi-GPU Mode
   - Data Processing GPU: 0
   - Model Training GPU: 1
   - Prefetching to /GPU:0 with buffer_size=50

🎯 Multi-GPU Mode: Model will be placed on /GPU:1
   (Original GPU 1 is now mapped to GPU:1)

Creating model on device: /GPU:1

🕐 Multi-GPU Mode: Waiting 2.0s for data pipeline to warm up...
✅ Model training starting now

🚀 Starting training with improved convergence...
)");
}

TEST(Messages, NamePhysicalGpusAndLogicalPlaces) {
  EXPECT_EQ(all(plan_of(DeviceMode::kDualGpu, 5, 3)),
            R"(🎯 Configuring Multi-GPU Mode...
   Data Processing GPU: 5
   Model Training GPU: 3
   Set visible devices: GPU 5 and GPU 3
   Configured memory growth for data GPU
   Configured memory growth for model GPU
✅ Multi-GPU configuration completed successfully

🚀 Intelligent GPU Pipeline: Multi-GPU Mode
   - Data Processing GPU: 5
   - Model Training GPU: 3
   - Prefetching to /GPU:0 with buffer_size=50

🎯 Multi-GPU Mode: Model will be placed on /GPU:1
   (Original GPU 3 is now mapped to GPU:1)

Creating model on device: /GPU:1

🕐 Multi-GPU Mode: Waiting 2.0s for data pipeline to warm up...
✅ Model training starting now

🚀 Starting training with improved convergence...
)");
}

TEST(Messages, OfASharedGpuSaySo) {
  EXPECT_EQ(all(plan_of(DeviceMode::kSharedGpu, 0, 0)),
            R"(🎯 Configuring Multi-GPU Mode...
   Data Processing GPU: 0
   Model Training GPU: 0
   Set visible devices: GPU 0
   Configured memory growth for data GPU
   Configured memory growth for model GPU
✅ Multi-GPU configuration completed successfully

🚀 Intelligent GPU Pipeline: Multi-GPU Mode
   - Data Processing GPU: 0 (shared)
   - Model Training GPU: 0 (shared)
   - Prefetching to /GPU:0 with buffer_size=50

🎯 Multi-GPU Mode: Model will be placed on /GPU:0
   (Original GPU 0 is now mapped to GPU:0)

Creating model on device: /GPU:0

🕐 Multi-GPU Mode: Waiting 2.0s for data pipeline to warm up...
✅ Model training starting now

🚀 Starting training with improved convergence...
)");
}

TEST(Messages, OfIsolationAreR17s) {
  EXPECT_EQ(text(configuration_lines(isolated(plan_of(DeviceMode::kDualGpu, 0, 1)))),
            R"(Memory-Isolated Dual-GPU Trainer Initialization
======================================================================
🎯 Setting up GPU Memory Isolation...
   Data GPU 0: 8192MB limit
   Model GPU 1: 16384MB limit
   ✅ Data GPU memory limit set to 8192MB
   ✅ Model GPU memory limit set to 16384MB
   ✅ Set visible devices: GPU 0 and GPU 1
   ✅ Enabled memory growth for visible GPU 0
   ✅ Enabled memory growth for visible GPU 1
✅ GPU Memory Isolation configured successfully

🎯 Device Mapping:
   Physical GPU 0 → Logical /GPU:0 (Data Processing)
   Physical GPU 1 → Logical /GPU:1 (Model Training)

✅ Memory-Isolated Dual-GPU Trainer initialized successfully
======================================================================
)");
}

TEST(Messages, OfIsolationOnASharedGpuKeepTheirLines) {
  EXPECT_EQ(text(configuration_lines(isolated(plan_of(DeviceMode::kSharedGpu, 0, 0)))),
            R"(Memory-Isolated Dual-GPU Trainer Initialization
======================================================================
🎯 Setting up GPU Memory Isolation...
   Data GPU 0: 8192MB limit
   Model GPU 0: 16384MB limit
   ✅ Data GPU memory limit set to 8192MB
   ✅ Model GPU memory limit set to 16384MB
   ✅ Set visible devices: GPU 0 and GPU 0
   ✅ Enabled memory growth for visible GPU 0
   ✅ Enabled memory growth for visible GPU 0
✅ GPU Memory Isolation configured successfully

🎯 Device Mapping:
   Physical GPU 0 → Logical /GPU:0 (Data Processing)
   Physical GPU 0 → Logical /GPU:0 (Model Training)

✅ Memory-Isolated Dual-GPU Trainer initialized successfully
======================================================================
)");
}

TEST(Messages, OfOneDeviceAreNone) {
  for (const DeviceMode mode : {DeviceMode::kCpu, DeviceMode::kSingleGpu}) EXPECT_EQ(all(plan_of(mode, 0, 0)), "");
}

TEST(Messages, SayHowLongTheWaitIs) {
  const DevicePlan plan = plan_of(DeviceMode::kDualGpu, 0, 1);
  const auto waiting = [&](double seconds) { return warm_up_lines(plan, seconds).back(); };
  EXPECT_EQ(waiting(0), "🕐 Multi-GPU Mode: Waiting 0.0s for data pipeline to warm up...");
  EXPECT_EQ(waiting(0.25), "🕐 Multi-GPU Mode: Waiting 0.25s for data pipeline to warm up...");
  EXPECT_EQ(waiting(10), "🕐 Multi-GPU Mode: Waiting 10.0s for data pipeline to warm up...");
}

TEST(MemoryLine, IsR19s) {
  EXPECT_EQ(memory_line({100, "Data", 0, 5248, 8192}), "[Step 100] Data GPU 0: 5248/8192MB (64.1%)");
  EXPECT_EQ(memory_line({100, "Model", 1, 14336, 16384}), "[Step 100] Model GPU 1: 14336/16384MB (87.5%)");
  EXPECT_EQ(memory_line({-1, "Data", 0, 5248, 8192}), "Data GPU 0: 5248/8192MB (64.1%)") << "without a step";
}

}  // namespace
}  // namespace myxtts::machine

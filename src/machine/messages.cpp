#include "machine/messages.hpp"

#include <fmt/format.h>

namespace myxtts::machine {
namespace {

using Lines = std::vector<std::string>;

bool silent(const DevicePlan& plan) { return plan.mode == DeviceMode::kCpu || plan.mode == DeviceMode::kSingleGpu; }

// In the engine the data GPU has index 0; the model GPU has index 1 if there are two, else 0.
constexpr const char* kLogicalDataGpu = "/GPU:0";
int logical_index(const DevicePlan& plan) { return plan.mode == DeviceMode::kDualGpu ? 1 : 0; }
std::string logical_model_gpu(const DevicePlan& plan) { return fmt::format("/GPU:{}", logical_index(plan)); }

Lines isolation_lines(const DevicePlan& plan) {
  const std::string rule(70, '=');
  const int data = plan.data_gpu.physical_index;
  const int model = plan.model_gpu.physical_index;
  return {
      "Memory-Isolated Dual-GPU Trainer Initialization",
      rule,
      "🎯 Setting up GPU Memory Isolation...",
      fmt::format("   Data GPU {}: {}MB limit", data, plan.data_cap_mb),
      fmt::format("   Model GPU {}: {}MB limit", model, plan.model_cap_mb),
      fmt::format("   ✅ Data GPU memory limit set to {}MB", plan.data_cap_mb),
      fmt::format("   ✅ Model GPU memory limit set to {}MB", plan.model_cap_mb),
      fmt::format("   ✅ Set visible devices: GPU {} and GPU {}", data, model),
      "   ✅ Enabled memory growth for visible GPU 0",
      fmt::format("   ✅ Enabled memory growth for visible GPU {}", logical_index(plan)),
      "✅ GPU Memory Isolation configured successfully",
      "",
      "🎯 Device Mapping:",
      fmt::format("   Physical GPU {} → Logical {} (Data Processing)", data, kLogicalDataGpu),
      fmt::format("   Physical GPU {} → Logical {} (Model Training)", model, logical_model_gpu(plan)),
      "",
      "✅ Memory-Isolated Dual-GPU Trainer initialized successfully",
      rule,
  };
}

// At least one decimal, without trailing zeros after the first.
std::string seconds_text(double seconds) {
  const std::string text = fmt::format("{}", seconds);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

}  // namespace

std::vector<std::string> configuration_lines(const DevicePlan& plan) {
  if (silent(plan)) return {};
  if (plan.isolated) return isolation_lines(plan);
  const int data = plan.data_gpu.physical_index;
  const int model = plan.model_gpu.physical_index;
  const bool shared = plan.mode == DeviceMode::kSharedGpu;
  return {
      "🎯 Configuring Multi-GPU Mode...",
      fmt::format("   Data Processing GPU: {}", data),
      fmt::format("   Model Training GPU: {}", model),
      shared ? fmt::format("   Set visible devices: GPU {}", model)
             : fmt::format("   Set visible devices: GPU {} and GPU {}", data, model),
      "   Configured memory growth for data GPU",
      "   Configured memory growth for model GPU",
      "✅ Multi-GPU configuration completed successfully",
  };
}

std::vector<std::string> pipeline_lines(const DevicePlan& plan, std::int64_t buffer_size) {
  if (silent(plan)) return {};
  const char* shared = plan.mode == DeviceMode::kSharedGpu ? " (shared)" : "";
  return {
      "",
      "🚀 Intelligent GPU Pipeline: Multi-GPU Mode",
      fmt::format("   - Data Processing GPU: {}{}", plan.data_gpu.physical_index, shared),
      fmt::format("   - Model Training GPU: {}{}", plan.model_gpu.physical_index, shared),
      fmt::format("   - Prefetching to {} with buffer_size={}", kLogicalDataGpu, buffer_size),
  };
}

std::vector<std::string> placement_lines(const DevicePlan& plan) {
  if (silent(plan)) return {};
  return {
      "",
      fmt::format("🎯 Multi-GPU Mode: Model will be placed on {}", logical_model_gpu(plan)),
      fmt::format("   (Original GPU {} is now mapped to GPU:{})", plan.model_gpu.physical_index, logical_index(plan)),
      "",
      fmt::format("Creating model on device: {}", logical_model_gpu(plan)),
  };
}

std::vector<std::string> warm_up_lines(const DevicePlan& plan, double seconds) {
  if (silent(plan)) return {};
  return {"", fmt::format("🕐 Multi-GPU Mode: Waiting {}s for data pipeline to warm up...", seconds_text(seconds))};
}

std::vector<std::string> training_lines(const DevicePlan& plan) {
  if (silent(plan)) return {};
  return {"✅ Model training starting now", "", "🚀 Starting training with improved convergence..."};
}

std::string memory_line(const MemoryReading& reading) {
  const std::string step = reading.step < 0 ? "" : fmt::format("[Step {}] ", reading.step);
  const double percent =
      reading.cap_mb == 0 ? 0 : 100.0 * static_cast<double>(reading.used_mb) / static_cast<double>(reading.cap_mb);
  return fmt::format("{}{} GPU {}: {}/{}MB ({:.1f}%)", step, reading.role, reading.gpu, reading.used_mb, reading.cap_mb,
                     percent);
}

}  // namespace myxtts::machine

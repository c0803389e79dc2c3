#include "device/planned_devices.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "device/cuda_driver.hpp"
#include "machine/gpu_inventory.hpp"
#include "machine/planned_gpus.hpp"

namespace myxtts::device {
namespace {

// NVML's figure for the memory of this process on the GPU of a role, where NVML tells it from that of others.
std::function<std::optional<std::int64_t>(device::Role)> process_bytes_of(const machine::DevicePlan& plan) {
  using machine::ProcessMemory;
  return [inventory = std::shared_ptr(machine::nvml_inventory()), plan](device::Role role) {
    const machine::PlannedGpu& gpu = role == device::Role::kData ? plan.data_gpu : plan.model_gpu;
    const std::optional<ProcessMemory> memory = inventory->process_memory(gpu.physical_index, getpid());
    const bool is_own = memory && memory->of != ProcessMemory::Of::kEveryProcess;
    return is_own ? std::optional(memory->bytes) : std::nullopt;
  };
}

}  // namespace

std::unique_ptr<device::DeviceRuntime> runtime_of(const config::Settings& settings, const machine::DevicePlan& plan) {
  if (plan.uses_gpu()) {
    device::require_recent_driver();
    machine::require_planned_gpus(plan, device::visible_gpu_uuids());
  }
  device::RuntimeOptions options;
  options.data_device = torch::Device(plan.data_device());
  options.model_device = torch::Device(plan.model_device());
  options.data_threads = static_cast<int>(settings.run.data_threads);
  options.model_threads = static_cast<int>(settings.run.threads);
  options.data_cap_bytes = plan.data_cap_mb << 20;
  options.model_cap_bytes = plan.model_cap_mb << 20;
  if (plan.uses_gpu()) options.process_bytes = process_bytes_of(plan);
  return device::make_runtime(options);
}

std::string device_models(const machine::DevicePlan& plan, torch::Device trains_on) {
  if (!trains_on.is_cuda()) return "CPU";
  const std::string& data = plan.data_gpu.name;
  const std::string& model = plan.model_gpu.name;
  return data == model ? model : fmt::format("{} (data role) and {} (model role)", data, model);
}

std::string precision_on(torch::Device device, const config::RunSettings& run) {
  if (run.precision != config::kAuto) return run.precision;
  return device.is_cuda() && device::has_bf16(device.index()) ? "bf16" : "fp32";
}

device::Precision set_arithmetic(const config::RunSettings& run, torch::Device device) {
  const device::Precision precision = device::precision_of(precision_on(device, run));
  device::set_arithmetic(precision, run.deterministic);
  return precision;
}

}  // namespace myxtts::device

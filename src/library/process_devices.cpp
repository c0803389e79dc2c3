#include "library/process_devices.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "config/presets.hpp"
#include "core/console.hpp"
#include "core/error.hpp"
#include "device/planned_devices.hpp"
#include "machine/device_options.hpp"
#include "machine/gpu_inventory.hpp"
#include "machine/messages.hpp"
#include "machine/process_setup.hpp"

namespace myxtts::library {
namespace {

using device::Role;

std::unique_ptr<ProcessDevices>& slot() {
  static auto& devices = *new std::unique_ptr<ProcessDevices>;  // never destroyed: CUDA may end first at exit
  return devices;
}

// A cap of 0 would mean no cap.
void require_cap(const char* name, std::int64_t cap_mb) {
  if (cap_mb > 0) return;
  throw core::DeviceError({.what = "a memory limit that leaves nothing",
                           .where = name,
                           .value = std::to_string(cap_mb),
                           .expected = "1 or more (MB)",
                           .advice = {}});
}

}  // namespace

Role ProcessDevices::role_of(int gpu_id) const {
  for (const Role role : {Role::kData, Role::kModel}) {
    if (gpu_of(role).typed_index == gpu_id) return role;
  }
  throw core::DeviceError(
      {.what = "no role of this process lives on that GPU",
       .where = "gpu_id",
       .value = std::to_string(gpu_id),
       .expected = fmt::format("{} (data) or {} (model)", plan.data_gpu.typed_index, plan.model_gpu.typed_index),
       .advice = {}});
}

const machine::PlannedGpu& ProcessDevices::gpu_of(Role role) const {
  return role == Role::kData ? plan.data_gpu : plan.model_gpu;
}

void set_up_process(const machine::DevicePlan& plan, const config::RunSettings& run) {
  require_cap("data_gpu_memory_limit", plan.data_cap_mb);
  require_cap("model_gpu_memory_limit", plan.model_cap_mb);
  auto devices = std::make_unique<ProcessDevices>();
  devices->plan = plan;
  devices->run = run;
  config::decide_threads(devices->run);
  devices->visible_devices = visible_devices();
  machine::set_up_process(plan, devices->run);
  config::Settings settings;
  settings.run = devices->run;
  devices->runtime = device::runtime_of(settings, plan);
  slot() = std::move(devices);
}

void isolate_process(const GpuMemoryIsolationOptions& options, const config::RunSettings& run) {
  if (slot() != nullptr) machine::set_up_process(slot()->plan, slot()->run);  // throws, because it is the second set-up
  machine::DeviceOptions asked_for;
  asked_for.data_gpu = std::to_string(options.data_gpu_id);
  asked_for.model_gpu = std::to_string(options.model_gpu_id);
  asked_for.isolation = true;
  asked_for.data_memory = machine::MemoryLimit{options.data_gpu_memory_limit};
  asked_for.model_memory = machine::MemoryLimit{options.model_gpu_memory_limit};
  asked_for.visible_devices = visible_devices();
  const machine::DevicePlan plan = machine::resolve(asked_for, *machine::nvml_inventory());
  library::set_up_process(plan, run);
  core::Console console;
  for (const std::string& line : machine::configuration_lines(plan)) console.info(line);
}

std::optional<std::string> visible_devices() {
  if (slot() != nullptr) return slot()->visible_devices;
  const char* list = std::getenv("CUDA_VISIBLE_DEVICES");
  return list == nullptr ? std::nullopt : std::optional<std::string>(list);
}

const ProcessDevices* process_devices() { return slot().get(); }

const ProcessDevices& require_process_devices() {
  if (slot() != nullptr) return *slot();
  throw core::DeviceError({.what = "the GPUs of this process are not set up",
                           .where = {},
                           .value = {},
                           .expected = {},
                           .advice = "Call setup_gpu_memory_isolation() at the top of main."});
}

}  // namespace myxtts::library

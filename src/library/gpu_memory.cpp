#include "myxtts/gpu_memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/console.hpp"
#include "library/process_devices.hpp"
#include "machine/gpu_inventory.hpp"
#include "machine/memory_caps.hpp"
#include "machine/messages.hpp"
#include "machine/visible_devices.hpp"

namespace myxtts {
namespace {

using device::Role;

constexpr std::int64_t kMebibyte = 1 << 20;

double percent(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string line_of(const library::ProcessDevices& devices, Role role, const std::optional<std::int64_t>& step) {
  const device::MemoryUse use = devices.runtime->memory(role);
  machine::MemoryReading reading;
  reading.step = step.value_or(-1);
  reading.role = role == Role::kData ? "Data" : "Model";
  reading.gpu = devices.gpu_of(role).physical_index;
  reading.used_mb = (use.reserved + use.overhead) / kMebibyte;
  reading.cap_mb = use.cap / kMebibyte;
  return machine::memory_line(reading);
}

}  // namespace

void setup_gpu_memory_isolation(const GpuMemoryIsolationOptions& options) {
  library::isolate_process(options, config::RunSettings{});
}

GpuMemoryInfo get_gpu_memory_info(int gpu_id) {
  const std::vector<GpuMemoryInfo> gpus = get_gpu_memory_info();
  const auto found = std::ranges::find(gpus, gpu_id, &GpuMemoryInfo::gpu_id);
  if (found != gpus.end()) return *found;
  throw core::DeviceError(fmt::format("❌ Invalid gpu_id={}, there are {} GPUs", gpu_id, gpus.size()));
}

std::vector<GpuMemoryInfo> get_gpu_memory_info() {
  const std::vector<machine::GpuInfo> gpus = machine::nvml_inventory()->gpus();
  std::vector<GpuMemoryInfo> result;
  for (const machine::PlannedGpu& visible : machine::visible_gpus(gpus, library::visible_devices())) {
    const machine::GpuInfo& gpu = gpus[static_cast<std::size_t>(visible.physical_index)];
    result.push_back({visible.typed_index, gpu.total_mb, gpu.used_mb, gpu.free_mb, percent(gpu.used_mb, gpu.total_mb)});
  }
  return result;
}

std::pair<GpuMemoryInfo, GpuMemoryInfo> monitor_gpu_memory(int data_gpu_id, int model_gpu_id) {
  return {get_gpu_memory_info(data_gpu_id), get_gpu_memory_info(model_gpu_id)};
}

void log_memory_stats(const MemoryStatsOptions& options) {
  const library::ProcessDevices& devices = library::require_process_devices();
  core::Console console;
  for (const int gpu_id : {options.data_gpu_id, options.model_gpu_id}) {
    console.info(line_of(devices, devices.role_of(gpu_id), options.step));
  }
}

bool detect_memory_leak(const MemoryLeakOptions& options) {
  const library::ProcessDevices& devices = library::require_process_devices();
  const std::int64_t live_mb = devices.runtime->memory(devices.role_of(options.gpu_id)).live / kMebibyte;
  const std::int64_t growth_mb = live_mb - options.baseline_mb;
  if (growth_mb <= options.threshold_mb) return false;
  core::Console().warning(fmt::format("GPU {}: {}MB of tensors, {}MB over the baseline of {}MB: a memory leak?",
                                      options.gpu_id, live_mb, growth_mb, options.baseline_mb));
  return true;
}

MemoryLimits get_optimal_memory_limits(const MemoryLimitOptions& options) {
  const auto [data, model] = monitor_gpu_memory(options.data_gpu_id, options.model_gpu_id);
  return {machine::share_of_mb(data.total_mb, options.data_fraction),
          machine::share_of_mb(model.total_mb, options.model_fraction)};
}

void release_cached_memory() {
  const library::ProcessDevices& devices = library::require_process_devices();
  devices.runtime->release_cached_memory(Role::kData);
  devices.runtime->release_cached_memory(Role::kModel);
}

}  // namespace myxtts

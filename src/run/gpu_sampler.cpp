#include "run/gpu_sampler.hpp"

#include <algorithm>
#include <utility>

namespace myxtts::run {

GpuSampler::GpuSampler(const machine::DeviceInventory& inventory, int data_gpu, int model_gpu,
                       std::chrono::milliseconds interval)
    : inventory_(inventory),
      data_gpu_(data_gpu),
      model_gpu_(model_gpu),
      thread_([this, interval](std::stop_token stop) { sample_until(std::move(stop), interval); }) {}

GpuSampler::Both GpuSampler::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(samples_, {});
}

void GpuSampler::sample_until(std::stop_token stop, std::chrono::milliseconds interval) {
  while (!stop.stop_requested()) {
    sample(model_gpu_, samples_.model);
    if (data_gpu_ != model_gpu_) sample(data_gpu_, samples_.data);
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, interval, [] { return false; });
  }
}

void GpuSampler::sample(int gpu, GpuSamples& samples) {
  const std::optional<int> percent = inventory_.utilization(gpu);
  const std::optional<machine::GpuMemory> memory = inventory_.memory(gpu);
  const std::lock_guard lock(mutex_);
  if (percent) samples.utilisation.add(*percent / 100.0);
  if (memory && memory->total_mb > 0) {
    const double share = static_cast<double>(memory->used_mb) / static_cast<double>(memory->total_mb);
    samples.max_memory = std::max(samples.max_memory, std::optional(share));
  }
}

std::unique_ptr<GpuSampler> sample_gpus(const machine::DevicePlan& plan, const machine::DeviceInventory* inventory) {
  if (!plan.uses_gpu() || inventory == nullptr) return nullptr;
  return std::make_unique<GpuSampler>(*inventory, plan.data_gpu.physical_index, plan.model_gpu.physical_index);
}

}  // namespace myxtts::run

#pragma once
// Fake GPUs for tests.

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "machine/gpu_inventory.hpp"

namespace myxtts::support {

// GPU `index` of a fake machine: idle, with its own UUID, and without peers unless a test adds them.
inline machine::GpuInfo fake_gpu(int index, std::int64_t total_mb = 24576) {
  machine::GpuInfo gpu;
  gpu.index = index;
  gpu.name = "Fake GPU";
  gpu.uuid = "GPU-" + std::string(7, '0') + std::to_string(index) + "-1111-2222-3333-444444444444";
  gpu.total_mb = total_mb;
  gpu.used_mb = 16;
  gpu.free_mb = total_mb - gpu.used_mb;
  gpu.utilization_percent = 0;
  return gpu;
}

// `count` such GPUs of one size.
inline std::vector<machine::GpuInfo> fake_gpus(int count, std::int64_t total_mb = 24576) {
  std::vector<machine::GpuInfo> gpus;
  for (int index = 0; index < count; ++index) gpus.push_back(fake_gpu(index, total_mb));
  return gpus;
}

class FakeInventory final : public machine::DeviceInventory {
 public:
  explicit FakeInventory(std::vector<machine::GpuInfo> gpus, bool driver = true)
      : gpus_(std::move(gpus)), driver_(driver) {}
  explicit FakeInventory(int count) : FakeInventory(fake_gpus(count), count > 0) {}

  bool driver_present() const override { return ++asked, driver_; }
  std::vector<machine::GpuInfo> gpus() const override { return ++asked, gpus_; }
  std::optional<machine::GpuMemory> memory(int index) const override {
    ++asked;
    const machine::GpuInfo* gpu = find(index);
    if (gpu == nullptr) return std::nullopt;
    return machine::GpuMemory{gpu->total_mb, gpu->used_mb, gpu->free_mb};
  }
  std::optional<int> utilization(int index) const override {
    ++asked;
    const machine::GpuInfo* gpu = find(index);
    return gpu == nullptr ? std::nullopt : gpu->utilization_percent;
  }
  std::optional<machine::ProcessMemory> process_memory(int /*index*/, std::int64_t /*process*/) const override {
    return ++asked, process_memory_;
  }

  // Sets the result of process_memory() from now on.
  void hold(std::optional<machine::ProcessMemory> memory) { process_memory_ = memory; }

  mutable std::atomic<int> asked = 0;  // number of queries so far

 private:
  const machine::GpuInfo* find(int index) const {
    const auto found = std::ranges::find(gpus_, index, &machine::GpuInfo::index);
    return found == gpus_.end() ? nullptr : &*found;
  }

  std::vector<machine::GpuInfo> gpus_;
  bool driver_;
  std::optional<machine::ProcessMemory> process_memory_;
};

}  // namespace myxtts::support

#pragma once
// Samples the driver's figures for both roles' GPUs ten times a second.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "core/activity.hpp"
#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"

namespace myxtts::run {

struct GpuSamples {
  core::ShareCounts utilisation;
  std::optional<double> max_memory;  // max share of GPU memory, 0-1, in use by all processes; no value: not known
};

// Samples on its own thread from construction on. Queries that the driver cannot answer are skipped.
// Thread: any. The inventory must outlive the sampler.
class GpuSampler {
 public:
  GpuSampler(const machine::DeviceInventory& inventory, int data_gpu, int model_gpu,
             std::chrono::milliseconds interval = std::chrono::milliseconds(100));
  GpuSampler(const GpuSampler&) = delete;
  GpuSampler& operator=(const GpuSampler&) = delete;

  struct Both {
    GpuSamples data;  // empty if both roles share a GPU: the driver cannot tell them apart
    GpuSamples model;
  };
  // The samples since the last call.
  [[nodiscard]] Both take();

 private:
  void sample_until(std::stop_token stop, std::chrono::milliseconds interval);
  void sample(int gpu, GpuSamples& samples);

  const machine::DeviceInventory& inventory_;
  int data_gpu_;
  int model_gpu_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  Both samples_;
  std::jthread thread_;  // last member, so that it ends before what it uses is destroyed
};

// A sampler for the GPUs of a plan; null if the plan has none, or `inventory` is null.
[[nodiscard]] std::unique_ptr<GpuSampler> sample_gpus(const machine::DevicePlan& plan,
                                                      const machine::DeviceInventory* inventory);

}  // namespace myxtts::run

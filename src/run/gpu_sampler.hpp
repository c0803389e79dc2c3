#pragma once
// What the driver says of both roles' GPUs, asked ten times a second.

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
  std::optional<double> max_memory;  // share of the GPU's, 0-1, in use by all processes; nothing: not known
};

// Samples on a thread of its own from the start on. A question that the driver cannot answer is left out.
// Thread: any. The inventory must outlive the sampler.
class GpuSampler {
 public:
  GpuSampler(const machine::DeviceInventory& inventory, int data_gpu, int model_gpu,
             std::chrono::milliseconds interval = std::chrono::milliseconds(100));
  GpuSampler(const GpuSampler&) = delete;
  GpuSampler& operator=(const GpuSampler&) = delete;

  struct Both {
    GpuSamples data;  // empty where both roles share a GPU: the driver cannot tell them apart
    GpuSamples model;
  };
  // What was sampled since the last call.
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
  std::jthread thread_;  // last: it ends before what it uses
};

// Of the GPUs of a plan; null where it has none, or there is no inventory to ask.
[[nodiscard]] std::unique_ptr<GpuSampler> sample_gpus(const machine::DevicePlan& plan,
                                                      const machine::DeviceInventory* inventory);

}  // namespace myxtts::run

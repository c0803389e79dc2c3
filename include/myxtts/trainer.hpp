#pragma once
// Training from your own program, with the code that `myxtts train` runs.

#include <cstdint>
#include <memory>
#include <string>

#include "config/presets.hpp"
#include "config/settings.hpp"
#include "core/error.hpp"
#include "myxtts/gpu_memory.hpp"

namespace myxtts::device {
class DeviceRuntime;
}

namespace myxtts {

struct XTTSTrainerOptions {
  config::Settings config = config::preset("tiny");
  std::string model;                    // a checkpoint to start from, codec and voice model; empty: new weights
  std::string resume_checkpoint;        // a run folder to resume, to the bit; empty: a new run
  std::string data_device;              // "cpu", "cuda" or "cuda:N"; empty: the model role's
  std::string model_device;             // empty: the data role's; both empty: the GPU if there is one, else the CPU
  std::string output = "runs/trainer";  // the run folder; an existing run is never overwritten
};

// Trains without caps, on the given devices.
class XTTSTrainer {
 public:
  // Throws: core::ConfigError if a name is no device's; core::DeviceError if a device is not available, and in a
  // process that is set up for memory isolation.
  explicit XTTSTrainer(const XTTSTrainerOptions& options);
  ~XTTSTrainer();
  XTTSTrainer(const XTTSTrainer&) = delete;
  XTTSTrainer& operator=(const XTTSTrainer&) = delete;

  // Trains on the clips of the folder `train` (LJSpeech layout) and validates on those of `val` (empty: clips held out
  // of `train`). `epochs`: passes of the voice stage; 0: the steps that config plans. Returns the run folder, which is
  // accepted wherever a checkpoint is.
  // Throws: core::Error; an OutOfMemoryError leaves the process and the last checkpoint as they were.
  std::string train(const std::string& train, const std::string& val, std::int64_t epochs);

 private:
  XTTSTrainerOptions options_;
  std::unique_ptr<device::DeviceRuntime> runtime_;
};

struct MemoryIsolatedDualGPUTrainerOptions {
  config::Settings config = config::preset("normal");
  int data_gpu_id = 0;
  int model_gpu_id = 1;
  std::int64_t data_gpu_memory_limit = 8192;
  std::int64_t model_gpu_memory_limit = 16384;
  bool enable_monitoring = true;  // print memory lines every config.memory.interval_steps
  std::string device = "cuda";    // "cpu": both roles on the CPU under the same caps, to try a program without GPUs
  std::string output = "runs/trainer";  // the run folder; an existing run is never overwritten
};

struct RoleMemoryStats {
  int id = 0;          // the GPU's id, as given
  std::string device;  // as libtorch names it in this process: "cuda:0"
  std::int64_t limit_mb = 0;
  GpuMemoryInfo info;  // of the whole GPU; with device "cpu", of the host
};

struct MemoryStats {
  RoleMemoryStats data_gpu;
  RoleMemoryStats model_gpu;
};

// Prepares batches on one GPU and trains on another, each under a hard cap.
class MemoryIsolatedDualGPUTrainer {
 public:
  // Sets up the process as setup_gpu_memory_isolation() does; uses an earlier setup with the same GPUs and limits.
  // Throws: as setup_gpu_memory_isolation().
  explicit MemoryIsolatedDualGPUTrainer(const MemoryIsolatedDualGPUTrainerOptions& options);

  // As XTTSTrainer::train().
  std::string train(const std::string& train, const std::string& val, std::int64_t epochs);

  [[nodiscard]] MemoryStats get_memory_stats() const;

 private:
  MemoryIsolatedDualGPUTrainerOptions options_;
};

}  // namespace myxtts

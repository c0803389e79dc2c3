#pragma once
// The GPUs of this machine, asked without making a CUDA context.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace myxtts::machine {

// A part of a GPU that CUDA sees as a GPU of its own.
struct MigSlice {
  std::string uuid;  // "MIG-..."
  std::int64_t total_mb = 0;
};

// Units: MiB.
struct GpuMemory {
  std::int64_t total_mb = 0;
  std::int64_t used_mb = 0;  // by all processes
  std::int64_t free_mb = 0;
};

// What the driver does not say is empty or 0.
struct GpuInfo {
  int index = 0;  // as nvidia-smi counts: in the order of the PCI bus
  std::string name;
  std::string uuid;  // "GPU-..."
  std::int64_t total_mb = 0;
  std::int64_t used_mb = 0;
  std::int64_t free_mb = 0;
  std::optional<int> utilization_percent;
  std::vector<MigSlice> mig_slices;
  std::vector<int> peer_to;  // indices of the GPUs whose memory it can read and write
};

// Thread: all calls are thread-safe. An index is GpuInfo's.
class DeviceInventory {
 public:
  virtual ~DeviceInventory() = default;
  // The driver's library was found and answers.
  [[nodiscard]] virtual bool driver_present() const = 0;
  // GPUs that nvidia-smi would list, as they are now; none where there is no driver.
  [[nodiscard]] virtual std::vector<GpuInfo> gpus() const = 0;
  // Memory of a GPU now; cheap enough for a sampler. Nothing where the driver cannot say.
  [[nodiscard]] virtual std::optional<GpuMemory> memory(int index) const = 0;
  // Share of the last moments in which a GPU was at work, in percent; as cheap. Nothing where the driver cannot say.
  [[nodiscard]] virtual std::optional<int> utilization(int index) const = 0;
  // What a process holds on a GPU, context and libraries included. Units: bytes. Nothing where the driver cannot say
  // (in some containers it knows no process by its id).
  [[nodiscard]] virtual std::optional<std::int64_t> process_bytes(int index, std::int64_t process) const = 0;
};

// Asks NVML. Its library is opened at the first question, so that the program starts where there is no driver, and
// stays open while the inventory lives.
[[nodiscard]] std::unique_ptr<DeviceInventory> nvml_inventory();

}  // namespace myxtts::machine

#pragma once
// The GPUs of this machine, queried without a CUDA context.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace myxtts::machine {

// A part of a GPU that CUDA sees as a separate GPU.
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

// What the driver counts for a process on a GPU, context and libraries included. In a container it may know the process
// only by an id of the host.
struct ProcessMemory {
  enum class Of {
    kProcess,       // the process, by its id
    kOnlyProcess,   // the only process on the GPU, which has another id
    kEveryProcess,  // all processes on the GPU together: the process has at most as much
  };
  std::int64_t bytes = 0;
  Of of = Of::kProcess;
};

// A field that the driver does not report is empty or 0.
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

// Thread: all calls are thread-safe. `index`: GpuInfo::index.
class DeviceInventory {
 public:
  virtual ~DeviceInventory() = default;
  // Whether the driver's library was found and answers.
  [[nodiscard]] virtual bool driver_present() const = 0;
  // The GPUs that nvidia-smi would list, with their current state; empty if there is no driver.
  [[nodiscard]] virtual std::vector<GpuInfo> gpus() const = 0;
  // A GPU's memory now; cheap enough for a sampler. No value if the driver does not report it.
  [[nodiscard]] virtual std::optional<GpuMemory> memory(int index) const = 0;
  // Share of the driver's last sampling period in which a GPU was busy, in percent; equally cheap. No value if the
  // driver does not report it.
  [[nodiscard]] virtual std::optional<int> utilization(int index) const = 0;
  // Memory of a process that uses the GPU. No value if the driver reports no memory.
  [[nodiscard]] virtual std::optional<ProcessMemory> process_memory(int index, std::int64_t process) const = 0;
};

// Queries NVML. The first query opens its library, so that the program starts without a driver too; the library stays
// open for the lifetime of the inventory.
[[nodiscard]] std::unique_ptr<DeviceInventory> nvml_inventory();

}  // namespace myxtts::machine

#include "machine/gpu_inventory.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "machine/nvml.hpp"

namespace myxtts::machine {
namespace {

std::int64_t mebibytes(unsigned long long bytes) { return static_cast<std::int64_t>(bytes >> 20); }

template <typename Call>
std::string text_of(Call call, NvmlDevice device) {
  std::array<char, kNvmlTextBytes> text{};
  if (call == nullptr || call(device, text.data(), kNvmlTextBytes) != kNvmlSuccess) return "";
  text.back() = '\0';
  return text.data();
}

std::optional<GpuMemory> memory_of(const Nvml& nvml, NvmlDevice device) {
  const auto found = [](const auto& memory) {
    return GpuMemory{mebibytes(memory.total), mebibytes(memory.used), mebibytes(memory.free)};
  };
  NvmlMemory memory{};
  if (nvml.memory != nullptr && nvml.memory(device, &memory) == kNvmlSuccess) return found(memory);
  NvmlMemoryV2 memory_v2{};
  memory_v2.version = kNvmlMemoryV2;
  if (nvml.memory_v2 != nullptr && nvml.memory_v2(device, &memory_v2) == kNvmlSuccess) return found(memory_v2);
  return std::nullopt;
}

std::optional<int> utilization_of(const Nvml& nvml, NvmlDevice device) {
  NvmlUtilization utilization{};
  if (nvml.utilization == nullptr || nvml.utilization(device, &utilization) != kNvmlSuccess) return std::nullopt;
  return static_cast<int>(utilization.gpu);
}

// Empty if the driver does not report them.
std::vector<NvmlProcess> processes_on(const Nvml& nvml, NvmlDevice device) {
  std::vector<NvmlProcess> processes(256);
  auto count = static_cast<unsigned int>(processes.size());
  const bool found = nvml.processes != nullptr && nvml.processes(device, &count, processes.data()) == kNvmlSuccess;
  processes.resize(found ? count : 0);
  return processes;
}

std::vector<MigSlice> slices_of(const Nvml& nvml, NvmlDevice device) {
  std::vector<MigSlice> slices;
  unsigned int slots = 0;
  if (nvml.mig_slots == nullptr || nvml.mig_handle == nullptr) return slices;
  if (nvml.mig_slots(device, &slots) != kNvmlSuccess) return slices;
  for (unsigned int slot = 0; slot < slots; ++slot) {
    NvmlDevice slice = nullptr;
    if (nvml.mig_handle(device, slot, &slice) != kNvmlSuccess) continue;  // an empty slot
    slices.push_back({text_of(nvml.uuid, slice), memory_of(nvml, slice).value_or(GpuMemory{}).total_mb});
  }
  return slices;
}

class NvmlInventory final : public DeviceInventory {
 public:
  bool driver_present() const override {
    open();
    return nvml_ != nullptr;
  }

  std::vector<GpuInfo> gpus() const override {
    open();
    std::vector<GpuInfo> gpus;
    for (std::size_t i = 0; i < devices_.size(); ++i) gpus.push_back(info(i));
    return gpus;
  }

  std::optional<GpuMemory> memory(int index) const override {
    const NvmlDevice device = device_of(index);
    return device == nullptr ? std::nullopt : memory_of(*nvml_, device);
  }

  std::optional<int> utilization(int index) const override {
    const NvmlDevice device = device_of(index);
    return device == nullptr ? std::nullopt : utilization_of(*nvml_, device);
  }

  std::optional<ProcessMemory> process_memory(int index, std::int64_t process) const override {
    using enum ProcessMemory::Of;
    const NvmlDevice device = device_of(index);
    if (device == nullptr) return std::nullopt;
    const std::vector<NvmlProcess> users = processes_on(*nvml_, device);
    const auto own = std::ranges::find_if(users, [&](const NvmlProcess& user) { return user.pid == process; });
    const bool is_known = own != users.end();
    if (is_known || users.size() == 1) {
      const std::uint64_t bytes = is_known ? own->used_bytes : users.front().used_bytes;
      if (bytes != kNvmlNotAvailable) {
        return ProcessMemory{static_cast<std::int64_t>(bytes), is_known ? kProcess : kOnlyProcess};
      }
    }
    const std::optional<GpuMemory> memory = memory_of(*nvml_, device);
    return memory ? std::optional(ProcessMemory{memory->used_mb << 20, kEveryProcess}) : std::nullopt;
  }

 private:
  void open() const {
    std::call_once(opened_, [this] {
      nvml_ = open_nvml();
      unsigned int count = 0;
      if (nvml_ == nullptr || nvml_->count(&count) != kNvmlSuccess) return;
      devices_.resize(count, nullptr);  // a GPU that does not answer keeps its index
      for (unsigned int i = 0; i < count; ++i) {
        if (nvml_->handle(i, &devices_[i]) != kNvmlSuccess) devices_[i] = nullptr;
      }
    });
  }

  // Null if there is no such GPU or it does not answer.
  NvmlDevice device_of(int index) const {
    open();
    const auto position = static_cast<std::size_t>(index);
    return index < 0 || position >= devices_.size() ? nullptr : devices_[position];
  }

  GpuInfo info(std::size_t position) const {
    GpuInfo gpu;
    gpu.index = static_cast<int>(position);
    const NvmlDevice device = devices_[position];
    if (device == nullptr) return gpu;
    gpu.name = text_of(nvml_->name, device);
    gpu.uuid = text_of(nvml_->uuid, device);
    const GpuMemory memory = memory_of(*nvml_, device).value_or(GpuMemory{});
    gpu.total_mb = memory.total_mb;
    gpu.used_mb = memory.used_mb;
    gpu.free_mb = memory.free_mb;
    gpu.utilization_percent = utilization_of(*nvml_, device);
    gpu.mig_slices = slices_of(*nvml_, device);
    gpu.peer_to = peers(position);
    return gpu;
  }

  bool reaches(NvmlDevice from, NvmlDevice to, int what) const {
    int status = -1;
    return nvml_->peer_status(from, to, what, &status) == kNvmlSuccess && status == kNvmlPeerOk;
  }

  std::vector<int> peers(std::size_t position) const {
    std::vector<int> peers;
    const NvmlDevice from = devices_[position];
    for (std::size_t i = 0; nvml_->peer_status != nullptr && i < devices_.size(); ++i) {
      const NvmlDevice to = devices_[i];
      if (i == position || to == nullptr) continue;
      if (reaches(from, to, kNvmlPeerReads) && reaches(from, to, kNvmlPeerWrites)) peers.push_back(static_cast<int>(i));
    }
    return peers;
  }

  mutable std::once_flag opened_;
  mutable std::unique_ptr<Nvml> nvml_;
  mutable std::vector<NvmlDevice> devices_;
};

}  // namespace

std::unique_ptr<DeviceInventory> nvml_inventory() { return std::make_unique<NvmlInventory>(); }

}  // namespace myxtts::machine

#include "machine/visible_devices.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string_view>

namespace myxtts::machine {
namespace {

constexpr std::string_view kGpuPrefix = "GPU-";
constexpr std::string_view kMigPrefix = "MIG-";

PlannedGpu planned(const GpuInfo& gpu) {
  if (!gpu.mig_slices.empty()) {
    const MigSlice& slice = gpu.mig_slices.front();
    return {0, gpu.index, slice.uuid, gpu.name, slice.total_mb};
  }
  return {0, gpu.index, gpu.uuid, gpu.name, gpu.total_mb};
}

std::vector<std::string_view> entries_of(std::string_view list) {
  constexpr std::string_view kBlanks = " \t";
  std::vector<std::string_view> entries;
  while (true) {
    const std::size_t comma = list.find(',');
    std::string_view entry = list.substr(0, comma);
    entry.remove_prefix(std::min(entry.find_first_not_of(kBlanks), entry.size()));
    entries.push_back(entry.substr(0, entry.find_last_not_of(kBlanks) + 1));
    if (comma == std::string_view::npos) return entries;
    list.remove_prefix(comma + 1);
  }
}

// Characters after the digits are ignored, as in CUDA.
const GpuInfo* gpu_at(const std::vector<GpuInfo>& gpus, std::string_view entry) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), index);
  return error == std::errc() && index < gpus.size() ? &gpus[index] : nullptr;
}

// The only device whose UUID begins with `entry`.
std::optional<PlannedGpu> device_named(const std::vector<GpuInfo>& gpus, std::string_view entry) {
  std::vector<PlannedGpu> found;
  for (const GpuInfo& gpu : gpus) {
    if (gpu.uuid.starts_with(entry)) found.push_back(planned(gpu));
    for (const MigSlice& slice : gpu.mig_slices) {
      if (slice.uuid.starts_with(entry)) found.push_back({0, gpu.index, slice.uuid, gpu.name, slice.total_mb});
    }
  }
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

// No value if the entry names no device, or if it is of another kind than the first entry of the list.
std::optional<PlannedGpu> entry_gpu(const std::vector<GpuInfo>& gpus, std::string_view entry, std::string_view first) {
  for (const std::string_view prefix : {kGpuPrefix, kMigPrefix}) {
    if (!first.starts_with(prefix)) continue;
    return entry.starts_with(prefix) ? device_named(gpus, entry) : std::nullopt;
  }
  const GpuInfo* gpu = gpu_at(gpus, entry);
  return gpu == nullptr ? std::nullopt : std::optional(planned(*gpu));
}

std::vector<PlannedGpu> listed(const std::vector<GpuInfo>& gpus, const std::string& list) {
  std::vector<PlannedGpu> visible;
  const std::vector<std::string_view> entries = entries_of(list);
  for (const std::string_view entry : entries) {
    const std::optional<PlannedGpu> gpu = entry_gpu(gpus, entry, entries.front());
    if (!gpu) break;
    const auto same = [&](const PlannedGpu& other) { return visible_name(other) == visible_name(*gpu); };
    if (std::ranges::any_of(visible, same)) return {};
    visible.push_back(*gpu);
  }
  return visible;
}

}  // namespace

std::vector<PlannedGpu> visible_gpus(const std::vector<GpuInfo>& gpus, const std::optional<std::string>& list) {
  std::vector<PlannedGpu> visible;
  if (list) {
    visible = listed(gpus, *list);
  } else {
    std::ranges::transform(gpus, std::back_inserter(visible), planned);
  }
  for (std::size_t i = 0; i < visible.size(); ++i) visible[i].typed_index = static_cast<int>(i);
  return visible;
}

bool is_mig_slice(const PlannedGpu& gpu) { return gpu.uuid.starts_with(kMigPrefix); }

std::string visible_name(const PlannedGpu& gpu) {
  return is_mig_slice(gpu) ? gpu.uuid : std::to_string(gpu.physical_index);
}

}  // namespace myxtts::machine

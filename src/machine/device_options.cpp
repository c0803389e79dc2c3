#include "machine/device_options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "machine/memory_caps.hpp"
#include "machine/visible_devices.hpp"

namespace myxtts::machine {
namespace {

using Gpus = std::vector<PlannedGpu>;

constexpr const char* kFailed = "\n❌ Multi-GPU mode was requested but configuration failed";
constexpr const char* kFirstGpu = "0";
constexpr const char* kAdvice = "\n   Please check your GPU indices and ensure you have at least 2 GPUs";

[[noreturn]] void fail(const std::string& first_line) { throw GpuConfigurationError(first_line + kFailed + kAdvice); }

// Null if there is no such GPU.
const PlannedGpu* find_gpu(const std::string& index, const Gpus& gpus) {
  std::size_t position = 0;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), position);
  return error == std::errc() && position < gpus.size() ? &gpus[position] : nullptr;
}

std::string invalid(const char* name, const std::string& index, const Gpus& gpus) {
  return fmt::format("❌ Invalid {}={}, must be 0-{}", name, index, gpus.size() - 1);
}

const PlannedGpu& gpu_at(const char* name, const std::string& index, const Gpus& gpus) {
  const PlannedGpu* gpu = find_gpu(index, gpus);
  if (gpu == nullptr) fail(invalid(name, index, gpus));
  return *gpu;
}

// CUDA shows a process either whole GPUs or a single MIG slice.
void check_slices(const PlannedGpu& data, const PlannedGpu& model) {
  if (!is_mig_slice(data) && !is_mig_slice(model)) return;
  const bool both = is_mig_slice(data) && is_mig_slice(model);
  throw GpuConfigurationError(
      fmt::format("❌ {} cannot be the two GPUs: a process sees only one of them (use --share-gpu {})",
                  both ? "Two MIG slices" : "A GPU and a MIG slice", both ? "on it" : "on one of them"));
}

std::int64_t cap_mb(const std::optional<MemoryLimit>& limit, std::int64_t default_mb, std::int64_t automatic_mb) {
  return limit ? limit->mb.value_or(automatic_mb) : default_mb;
}

void set_caps(DevicePlan& plan, const DeviceOptions& options) {
  const bool shared = plan.mode == DeviceMode::kSharedGpu;
  plan.isolated = options.isolation;
  if (!options.isolation && !shared) return;
  const std::int64_t reserve_mb = shared ? kReserveMb : 0;
  const std::int64_t data_share_mb = share_of_mb(plan.data_gpu.total_mb - reserve_mb, kDataFraction);
  const std::int64_t model_share_mb = share_of_mb(plan.model_gpu.total_mb - reserve_mb, kModelFraction);
  if (options.isolation) {
    plan.data_cap_mb = cap_mb(options.data_memory, kDefaultDataCapMb, data_share_mb);
    plan.model_cap_mb = cap_mb(options.model_memory, kDefaultModelCapMb, model_share_mb);
  } else {
    plan.data_cap_mb = data_share_mb;
    plan.model_cap_mb = model_share_mb;
  }
  check_caps(plan);
}

DevicePlan single_gpu(const PlannedGpu& gpu) {
  DevicePlan plan;
  plan.mode = DeviceMode::kSingleGpu;
  plan.data_gpu = plan.model_gpu = gpu;
  plan.visible_devices = visible_name(gpu);
  return plan;
}

DevicePlan shared_gpu(const DeviceOptions& options, const Gpus& gpus) {
  if (gpus.empty()) throw GpuConfigurationError(std::string("❌ --share-gpu requires a GPU, found 0") + kFailed);
  if (options.data_gpu) (void)gpu_at("data_gpu", *options.data_gpu, gpus);
  DevicePlan plan = single_gpu(gpu_at("model_gpu", options.model_gpu.value_or(kFirstGpu), gpus));
  plan.mode = DeviceMode::kSharedGpu;
  set_caps(plan, options);
  return plan;
}

DevicePlan dual_gpu(const DeviceOptions& options, const Gpus& gpus) {
  if (gpus.size() < 2) fail(fmt::format("❌ Multi-GPU requires at least 2 GPUs, found {}", gpus.size()));
  const PlannedGpu& data_gpu = gpu_at("data_gpu", *options.data_gpu, gpus);
  const PlannedGpu& model_gpu = gpu_at("model_gpu", *options.model_gpu, gpus);
  if (&data_gpu == &model_gpu) fail("❌ data_gpu and model_gpu must be different");
  DevicePlan plan;
  plan.mode = DeviceMode::kDualGpu;
  plan.data_gpu = data_gpu;
  plan.model_gpu = model_gpu;
  check_slices(plan.data_gpu, plan.model_gpu);
  plan.visible_devices = visible_name(plan.data_gpu) + "," + visible_name(plan.model_gpu);
  set_caps(plan, options);
  return plan;
}

// A single GPU: the one that --model-gpu names, or else the first; the CPU if there is no GPU and no flag asks for one.
DevicePlan one_device(const DeviceOptions& options, const Gpus& gpus) {
  const bool named = options.model_gpu.has_value();
  if (gpus.empty() && !named && options.device != "cuda") return {};
  if (gpus.empty()) {
    throw GpuConfigurationError(fmt::format("❌ {} requires a GPU, found 0", named ? "--model-gpu" : "--device cuda"));
  }
  const std::string index = options.model_gpu.value_or(kFirstGpu);
  const PlannedGpu* gpu = find_gpu(index, gpus);
  if (gpu == nullptr) throw GpuConfigurationError(invalid("model_gpu", index, gpus));
  return single_gpu(*gpu);
}

[[noreturn]] void contradict(const std::string& flags, const std::string& advice) {
  throw core::UsageError(
      {.what = "flags that contradict each other", .where = flags, .value = {}, .expected = {}, .advice = advice});
}

[[noreturn]] void miss(const std::string& flag, const std::string& partner) {
  throw core::UsageError(
      {.what = "a flag is missing", .where = flag, .value = {}, .expected = partner + " beside it", .advice = {}});
}

}  // namespace

void check_flags(const DeviceOptions& options) {
  if (options.device == "cpu" && (options.names_a_gpu() || options.isolation)) {
    const char* other = options.data_gpu    ? "--data-gpu"
                        : options.model_gpu ? "--model-gpu"
                        : options.share_gpu ? "--share-gpu"
                                            : "--enable-memory-isolation";
    contradict(fmt::format("--device cpu, {}", other), "Leave one of them out.");
  }
  const std::string model_gpu = options.model_gpu.value_or(kFirstGpu);
  if (options.share_gpu && options.data_gpu && *options.data_gpu != model_gpu) {
    contradict(fmt::format("--share-gpu, --data-gpu {}, --model-gpu {}", *options.data_gpu, model_gpu),
               "Both roles share the GPU of --model-gpu (default 0): leave out --data-gpu, or --share-gpu.");
  }
  if (options.isolation && !options.names_a_gpu()) {
    miss("--enable-memory-isolation", "--data-gpu and --model-gpu, or --share-gpu,");
  }
  if (options.data_memory && !options.isolation) miss("--data-gpu-memory", "--enable-memory-isolation");
  if (options.model_memory && !options.isolation) miss("--model-gpu-memory", "--enable-memory-isolation");
}

DevicePlan resolve(const DeviceOptions& options, const DeviceInventory& inventory) {
  check_flags(options);
  const bool two_flags = options.two_roles && !options.share_gpu && (options.data_gpu || options.model_gpu);
  if (two_flags && !options.model_gpu) fail("❌ Multi-GPU mode needs both flags: --model-gpu is missing");
  if (two_flags && !options.data_gpu) fail("❌ Multi-GPU mode needs both flags: --data-gpu is missing");
  if (options.device == "cpu") return {};
  const Gpus gpus = visible_gpus(inventory.gpus(), options.visible_devices);
  if (options.share_gpu) return shared_gpu(options, gpus);
  return two_flags ? dual_gpu(options, gpus) : one_device(options, gpus);
}

}  // namespace myxtts::machine

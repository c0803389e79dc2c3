#include "machine/prerequisites.hpp"

#include <fmt/format.h>

#include "machine/memory_caps.hpp"
#include "machine/recommendation.hpp"
#include "machine/visible_devices.hpp"

namespace myxtts::machine {
namespace {

// The first line of the message, without its mark.
std::string first_line(const GpuConfigurationError& error) {
  std::string line = error.what();
  line.resize(std::min(line.find('\n'), line.size()));
  constexpr std::string_view kMark = "❌ ";
  return line.starts_with(kMark) ? line.substr(kMark.size()) : line;
}

void check_driver(MachineReport& report, const DeviceOptions& options, const DeviceInventory& inventory) {
  if (!inventory.driver_present()) {
    report.fail(Check::kDriver, "NVIDIA driver not found (libnvidia-ml.so.1)",
                "NVIDIA driver not found: install it, or train on the CPU with ./myxtts train");
    return;
  }
  report.gpus = inventory.gpus();
  report.pass(Check::kDriver, fmt::format("NVIDIA driver installed ({} GPUs detected)",
                                          visible_gpus(report.gpus, options.visible_devices).size()));
}

void check_libtorch(MachineReport& report, const std::optional<std::string>& version) {
  if (version) {
    report.pass(Check::kLibtorch, fmt::format("libtorch installed (version {})", *version));
  } else {
    report.fail(Check::kLibtorch, "libtorch not found",
                "libtorch not found: ./myxtts installs it, MYXTTS_LIBTORCH=FOLDER names another");
  }
}

std::optional<DevicePlan> check_indices(MachineReport& report, DeviceOptions options,
                                        const DeviceInventory& inventory) {
  options.isolation = false;
  options.data_memory = options.model_memory = std::nullopt;
  try {
    DevicePlan plan = resolve(options, inventory);
    report.pass(Check::kIndices, fmt::format("GPU indices valid: data_gpu={}, model_gpu={}", plan.data_gpu.typed_index,
                                             plan.model_gpu.typed_index));
    return plan;
  } catch (const GpuConfigurationError& error) {
    report.fail(Check::kIndices, first_line(error),
                std::string("GPU indices: compare them with nvidia-smi -L") +
                    (options.share_gpu ? "" : "; with one GPU, use --share-gpu"));
    return std::nullopt;
  }
}

// The plan with its caps if they fit, else the uncapped plan.
DevicePlan check_caps_of(MachineReport& report, const DevicePlan& uncapped, const DeviceOptions& options,
                         const DeviceInventory& inventory) {
  try {
    report.recommendation = recommendation_lines(uncapped);
    return resolve(options, inventory);
  } catch (const CapError& error) {
    report.fail(error.of_model_gpu() ? Check::kModelOverCap : Check::kDataOverCap, first_line(error),
                report.recommendation.empty() ? "Memory isolation: use larger GPUs, or leave it out"
                                              : "Memory isolation: take the recommended caps");
    return uncapped;
  }
}

}  // namespace

Prerequisites check_prerequisites(const DeviceOptions& options, const DeviceInventory& inventory,
                                  const std::optional<std::string>& libtorch_version) {
  Prerequisites found;
  found.report.shared = options.share_gpu;
  found.report.isolated = options.isolation;
  check_driver(found.report, options, inventory);
  check_libtorch(found.report, libtorch_version);
  found.plan = check_indices(found.report, options, inventory);
  if (found.plan && options.isolation) found.plan = check_caps_of(found.report, *found.plan, options, inventory);
  if (!libtorch_version) found.plan.reset();
  return found;
}

}  // namespace myxtts::machine

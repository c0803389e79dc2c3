#include "machine/memory_caps.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "machine/recommendation.hpp"

namespace myxtts::machine {
namespace {

// R26's lines; on a GPU that is too small for any cap, the line that says so.
std::vector<std::string> advice_for(const DevicePlan& plan) {
  try {
    return recommendation_lines(plan);
  } catch (const GpuConfigurationError& error) {
    return {error.what()};
  }
}

[[noreturn]] void refuse(const DevicePlan& plan, const std::string& caps, const PlannedGpu& gpu) {
  throw GpuConfigurationError(fmt::format("❌ {} not fit ({}MB of memory less {}MB reserve)\n{}", caps, gpu.total_mb,
                                          kReserveMb, fmt::join(advice_for(plan), "\n")));
}

void check_cap(const DevicePlan& plan, const char* role, const PlannedGpu& gpu, std::int64_t cap_mb) {
  if (cap_mb <= gpu.total_mb - kReserveMb) return;
  refuse(plan, fmt::format("{} GPU {}: a cap of {}MB does", role, gpu.physical_index, cap_mb), gpu);
}

}  // namespace

std::int64_t share_of_mb(std::int64_t total_mb, double fraction) {
  constexpr double kRounding = 1e-6;  // 0.33 of 25600 is 8448, whatever its last bit says
  return static_cast<std::int64_t>(std::floor(static_cast<double>(total_mb) * fraction + kRounding));
}

void check_caps(const DevicePlan& plan) {
  check_cap(plan, "Data", plan.data_gpu, plan.data_cap_mb);
  check_cap(plan, "Model", plan.model_gpu, plan.model_cap_mb);
  const PlannedGpu& gpu = plan.model_gpu;
  const bool shared = plan.mode == DeviceMode::kSharedGpu;
  if (!shared || plan.data_cap_mb + plan.model_cap_mb <= gpu.total_mb - kReserveMb) return;
  refuse(
      plan,
      fmt::format("GPU {}: caps of {}MB and {}MB together do", gpu.physical_index, plan.data_cap_mb, plan.model_cap_mb),
      gpu);
}

}  // namespace myxtts::machine

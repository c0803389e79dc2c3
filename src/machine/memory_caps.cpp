#include "machine/memory_caps.hpp"

#include <fmt/format.h>

#include <cmath>

namespace myxtts::machine {
namespace {

void check_cap(const char* role, const PlannedGpu& gpu, std::int64_t cap_mb) {
  if (cap_mb <= gpu.total_mb - kReserveMb) return;
  throw GpuConfigurationError(fmt::format("❌ {} GPU {}: a cap of {}MB does not fit ({}MB of memory less {}MB reserve)",
                                          role, gpu.physical_index, cap_mb, gpu.total_mb, kReserveMb));
}

}  // namespace

std::int64_t share_of_mb(std::int64_t total_mb, double fraction) {
  constexpr double kRounding = 1e-6;  // 0.33 of 25600 is 8448, whatever its last bit says
  return static_cast<std::int64_t>(std::floor(static_cast<double>(total_mb) * fraction + kRounding));
}

void check_caps(const DevicePlan& plan) {
  check_cap("Data", plan.data_gpu, plan.data_cap_mb);
  check_cap("Model", plan.model_gpu, plan.model_cap_mb);
  const std::int64_t total_mb = plan.model_gpu.total_mb;
  if (plan.mode != DeviceMode::kSharedGpu || plan.data_cap_mb + plan.model_cap_mb <= total_mb - kReserveMb) return;
  throw GpuConfigurationError(
      fmt::format("❌ GPU {}: caps of {}MB and {}MB together do not fit ({}MB of memory less {}MB reserve)",
                  plan.model_gpu.physical_index, plan.data_cap_mb, plan.model_cap_mb, total_mb, kReserveMb));
}

}  // namespace myxtts::machine

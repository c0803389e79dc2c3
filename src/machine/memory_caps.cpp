#include "machine/memory_caps.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "machine/recommendation.hpp"

namespace myxtts::machine {
namespace {

// The lines of R26; for a GPU that is too small for any cap, a line that says so.
std::vector<std::string> advice_for(const DevicePlan& plan) {
  try {
    return recommendation_lines(plan);
  } catch (const GpuConfigurationError& error) {
    return {error.what()};
  }
}

// One of a plan's GPUs and its role's cap.
struct Role {
  const char* name;
  const PlannedGpu& gpu;
  std::int64_t cap_mb;
  bool is_model;
};

[[noreturn]] void refuse(const DevicePlan& plan, const Role& role, const std::string& why) {
  throw CapError(fmt::format("❌ {}\n{}", why, fmt::join(advice_for(plan), "\n")), role.is_model);
}

std::string does_not_fit(const std::string& caps, const PlannedGpu& gpu) {
  return fmt::format("{} not fit ({}MB of memory less {}MB reserve)", caps, gpu.total_mb, kReserveMb);
}

void check_cap(const DevicePlan& plan, const Role& role) {
  const std::string name = fmt::format("{} GPU {}", role.name, role.gpu.physical_index);
  if (role.gpu.total_mb <= 0) {
    throw CapError(fmt::format("❌ {}: the driver does not say how much memory it has, so it can have no cap", name),
                   role.is_model);
  }
  if (role.gpu.total_mb <= kReserveMb) {
    refuse(plan, role,
           fmt::format("{}: no cap fits, its {}MB of memory are all in the {}MB reserve", name, role.gpu.total_mb,
                       kReserveMb));
  }
  if (role.cap_mb <= role.gpu.total_mb - kReserveMb) return;
  refuse(plan, role, does_not_fit(fmt::format("{}: a cap of {}MB does", name, role.cap_mb), role.gpu));
}

}  // namespace

std::int64_t share_of_mb(std::int64_t total_mb, double fraction) {
  constexpr double kRounding = 1e-6;  // 0.33 of 25600 must be 8448, despite rounding errors
  return static_cast<std::int64_t>(std::floor(static_cast<double>(total_mb) * fraction + kRounding));
}

void check_caps(const DevicePlan& plan) {
  const Role data{"Data", plan.data_gpu, plan.data_cap_mb, false};
  const Role model{"Model", plan.model_gpu, plan.model_cap_mb, true};
  check_cap(plan, data);
  check_cap(plan, model);
  const bool shared = plan.mode == DeviceMode::kSharedGpu;
  if (!shared || data.cap_mb + model.cap_mb <= data.gpu.total_mb - kReserveMb) return;
  refuse(plan, data,
         does_not_fit(fmt::format("GPU {}: caps of {}MB and {}MB together do", data.gpu.physical_index, data.cap_mb,
                                  model.cap_mb),
                      data.gpu));
}

}  // namespace myxtts::machine

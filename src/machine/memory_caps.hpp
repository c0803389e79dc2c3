#pragma once
// How much of a GPU each role may take. Units: MiB.

#include <cstdint>
#include <string>

#include "machine/device_plan.hpp"

namespace myxtts::machine {

inline constexpr std::int64_t kReserveMb = 1024;  // of a GPU's memory: context, libraries and workspaces
inline constexpr std::int64_t kDefaultDataCapMb = 8192;
inline constexpr std::int64_t kDefaultModelCapMb = 16384;
inline constexpr double kDataFraction = 0.33;  // of a GPU's memory, where a cap is `auto`
inline constexpr double kModelFraction = 0.67;

// A GPU that is too small for a role's cap (R16), or for any (R26).
class CapError : public GpuConfigurationError {
 public:
  CapError(const std::string& message, bool of_model_gpu)
      : GpuConfigurationError(message), of_model_gpu_(of_model_gpu) {}
  [[nodiscard]] bool of_model_gpu() const { return of_model_gpu_; }

 private:
  bool of_model_gpu_;
};

// A share of so much memory, rounded down.
[[nodiscard]] std::int64_t share_of_mb(std::int64_t total_mb, double fraction);

// Throws CapError with R16's text where the plan's caps do not fit its GPUs less the reserve: the data role's cap, the
// model role's, and on one GPU both together. What would fit is recommended below. A GPU that the reserve takes whole,
// or whose memory NVML did not say, has a sentence of its own.
void check_caps(const DevicePlan& plan);

}  // namespace myxtts::machine

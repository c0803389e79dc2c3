#pragma once
// The memory caps of the roles. Units: MiB.

#include <cstdint>
#include <string>

#include "machine/device_plan.hpp"

namespace myxtts::machine {

inline constexpr std::int64_t kReserveMb = 1024;  // of a GPU's memory: context, libraries and workspaces
inline constexpr std::int64_t kDefaultDataCapMb = 8192;
inline constexpr std::int64_t kDefaultModelCapMb = 16384;
inline constexpr double kDataFraction = 0.33;  // of a GPU's memory, if a cap is `auto`
inline constexpr double kModelFraction = 0.67;

// A GPU is too small for a role's cap (R16), or for any cap (R26).
class CapError : public GpuConfigurationError {
 public:
  CapError(const std::string& message, bool of_model_gpu)
      : GpuConfigurationError(message), of_model_gpu_(of_model_gpu) {}
  [[nodiscard]] bool of_model_gpu() const { return of_model_gpu_; }

 private:
  bool of_model_gpu_;
};

// The given fraction of the total memory, rounded down.
[[nodiscard]] std::int64_t share_of_mb(std::int64_t total_mb, double fraction);

// Throws CapError with the text of R16 if the plan's caps exceed the memory of its GPUs minus the reserve: the data
// role's cap, the model role's, and on one GPU the sum of both. The text ends with recommended caps. Separate messages
// exist for a GPU that is not larger than the reserve and for one whose memory NVML did not report.
void check_caps(const DevicePlan& plan);

}  // namespace myxtts::machine

#include "machine/planned_gpus.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace myxtts::machine {
namespace {

constexpr const char* kUnknown = "(unknown)";  // a GPU whose UUID NVML did not report

std::string digits_of(const PlannedGpu& gpu) {
  return gpu.uuid.empty() ? kUnknown : gpu.uuid.substr(gpu.uuid.find('-') + 1);
}

std::string list_of(const std::vector<std::string>& uuids) {
  return uuids.empty() ? "no GPU" : fmt::format("{}", fmt::join(uuids, ", "));
}

bool is_planned(const std::string& visible, const std::string& planned) {
  const auto lower_case = [](unsigned char c) { return std::tolower(c); };
  return planned == kUnknown || std::ranges::equal(visible, planned, {}, lower_case, lower_case);
}

}  // namespace

void require_planned_gpus(const DevicePlan& plan, const std::vector<std::string>& visible_uuids) {
  std::vector<std::string> planned;
  if (plan.uses_gpu()) planned.push_back(digits_of(plan.data_gpu));
  if (plan.mode == DeviceMode::kDualGpu) planned.push_back(digits_of(plan.model_gpu));
  if (std::ranges::equal(visible_uuids, planned, is_planned)) return;
  throw core::DeviceError(
      {.what = "CUDA does not show the GPUs that were planned",
       .where = fmt::format("CUDA_VISIBLE_DEVICES={}", plan.visible_devices),
       .value = list_of(visible_uuids),
       .expected = list_of(planned) + ", as NVML counts them",
       .advice = "Compare nvidia-smi -L with what this container or job may use; if a GPU was just added, removed or "
                 "divided, start again."});
}

}  // namespace myxtts::machine

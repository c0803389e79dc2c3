#include "run/role_devices.hpp"

#include <c10/cuda/CUDAFunctions.h>

namespace myxtts::run::test {
namespace {

const torch::Device kDataGpu(torch::kCUDA, 0);
const torch::Device kModelGpu(torch::kCUDA, 1);

void set_sync_debug_mode(c10::cuda::SyncDebugMode mode) { c10::cuda::warning_state().set_sync_debug_mode(mode); }

}  // namespace

std::optional<device::RuntimeOptions> role_devices() {
  if (c10::cuda::device_count() < 2) return std::nullopt;
  device::RuntimeOptions options;
  options.data_device = kDataGpu;
  options.model_device = kModelGpu;
  return options;
}

device::Role role_of(const torch::Tensor& tensor) {
  if (tensor.device() == kDataGpu) return device::Role::kData;
  return tensor.device() == kModelGpu ? device::Role::kModel : device::Role::kNone;
}

std::shared_ptr<void> forbid_waiting() {
  set_sync_debug_mode(c10::cuda::SyncDebugMode::L_ERROR);
  return {nullptr, [](void*) { set_sync_debug_mode(c10::cuda::SyncDebugMode::L_DISABLED); }};
}

}  // namespace myxtts::run::test

#include "run/role_devices.hpp"

#include "device/role_allocator.hpp"

namespace myxtts::run::test {

std::optional<device::RuntimeOptions> role_devices() { return device::RuntimeOptions{}; }

device::Role role_of(const torch::Tensor& tensor) { return device::role_of(tensor); }

std::shared_ptr<void> forbid_waiting() { return nullptr; }

}  // namespace myxtts::run::test

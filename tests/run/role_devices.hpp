#pragma once
// Where the roles of roles_test.cpp run. Defined once for each of its two programs: both roles on the CPU
// (role_devices.cpp), and each on a GPU of its own (cuda/role_devices.cpp).

#include <memory>
#include <optional>

#include "device/runtime.hpp"

namespace myxtts::run::test {

// Empty if this machine lacks the devices.
[[nodiscard]] std::optional<device::RuntimeOptions> role_devices();

// The role that a tensor belongs to: by the thread that allocated it on the CPU, by its device on GPUs.
[[nodiscard]] device::Role role_of(const torch::Tensor& tensor);

// While the result lives, libtorch throws where a thread of this process would wait for a GPU. Null without GPUs.
[[nodiscard]] std::shared_ptr<void> forbid_waiting();

}  // namespace myxtts::run::test

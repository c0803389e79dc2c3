#pragma once
// The subcommands of the front, one file each.

#include "front/command_line.hpp"

namespace myxtts::front {

[[nodiscard]] Command train_command();
[[nodiscard]] Command synthesize_command();
[[nodiscard]] Command resynthesize_command();
[[nodiscard]] Command evaluate_command();
[[nodiscard]] Command preflight_command();
[[nodiscard]] Command profile_command();
[[nodiscard]] Command make_data_command();
[[nodiscard]] Command prepare_command();
[[nodiscard]] Command validate_command();

}  // namespace myxtts::front

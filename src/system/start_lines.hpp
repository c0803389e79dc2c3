#pragma once
// What users read of a run on GPUs as it becomes true (R7), once in a run: its first stage says it.

#include "config/settings.hpp"
#include "core/console.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::system {

class StartLines {
 public:
  // The pipeline is there, and the model is made next.
  void tell_placement(core::Console& console, const machine::DevicePlan& plan, const config::Settings& settings);
  void tell_warm_up(core::Console& console, const machine::DevicePlan& plan, const config::Settings& settings);
  // The last of them.
  void tell_training(core::Console& console, const machine::DevicePlan& plan);

 private:
  bool are_told_ = false;
};

}  // namespace myxtts::system

#pragma once
// Prints status lines while a run on GPUs starts (R7), once a run: the first stage prints them.

#include "config/settings.hpp"
#include "core/console.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::run {

class StartLines {
 public:
  // Call it when the pipeline exists, before the model is made.
  void tell_placement(core::Console& console, const machine::DevicePlan& plan, const config::Settings& settings);
  void tell_warm_up(core::Console& console, const machine::DevicePlan& plan, const config::Settings& settings);
  // The last status line.
  void tell_training(core::Console& console, const machine::DevicePlan& plan);

 private:
  bool are_told_ = false;
};

}  // namespace myxtts::run

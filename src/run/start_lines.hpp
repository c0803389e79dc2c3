#pragma once
// Prints status lines while a run on GPUs starts (R7), once a run: the first stage prints them.

#include "config/settings.hpp"
#include "core/console.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::run {

class StartLines {
 public:
  // Call it when the pipeline exists, before the model is made.
  void print_placement(core::Console& console, const machine::DevicePlan& plan, const config::Settings& settings);
  void print_warm_up(core::Console& console, const machine::DevicePlan& plan, const config::Settings& settings);
  // The last status line.
  void print_training(core::Console& console, const machine::DevicePlan& plan);

 private:
  bool are_printed_ = false;
};

}  // namespace myxtts::run

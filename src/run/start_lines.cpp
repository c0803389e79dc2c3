#include "run/start_lines.hpp"

#include "machine/messages.hpp"

namespace myxtts::run {
namespace {

void print(core::Console& console, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) console.info(line);
}

}  // namespace

void StartLines::print_placement(core::Console& console, const machine::DevicePlan& plan,
                                 const config::Settings& settings) {
  if (are_printed_) return;
  print(console, machine::pipeline_lines(plan, settings.batch.buffer));
  print(console, machine::placement_lines(plan));
}

void StartLines::print_warm_up(core::Console& console, const machine::DevicePlan& plan,
                               const config::Settings& settings) {
  if (!are_printed_) print(console, machine::warm_up_lines(plan, settings.run.start_delay_seconds));
}

void StartLines::print_training(core::Console& console, const machine::DevicePlan& plan) {
  if (!are_printed_) print(console, machine::training_lines(plan));
  are_printed_ = true;
}

}  // namespace myxtts::run

#include "system/start_lines.hpp"

#include "machine/messages.hpp"

namespace myxtts::system {
namespace {

void print(core::Console& console, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) console.info(line);
}

}  // namespace

void StartLines::tell_placement(core::Console& console, const machine::DevicePlan& plan,
                                const config::Settings& settings) {
  if (are_told_) return;
  print(console, machine::pipeline_lines(plan, settings.batch.buffer));
  print(console, machine::placement_lines(plan));
}

void StartLines::tell_warm_up(core::Console& console, const machine::DevicePlan& plan,
                              const config::Settings& settings) {
  if (!are_told_) print(console, machine::warm_up_lines(plan, settings.run.start_delay_seconds));
}

void StartLines::tell_training(core::Console& console, const machine::DevicePlan& plan) {
  if (!are_told_) print(console, machine::training_lines(plan));
  are_told_ = true;
}

}  // namespace myxtts::system

#pragma once
// What happens when the program ends.

namespace myxtts::simulated_cuda {

constexpr int kRaceExitCode = 70;

// From now on: when the program ends, its streams finish first; if it had races, it says how many and ends with
// kRaceExitCode.
void end_with_report();

}  // namespace myxtts::simulated_cuda

#pragma once
// What happens when the program ends.

namespace myxtts::simulated_cuda {

constexpr int kRaceExitCode = 70;

// From now on: when the program ends, its streams finish first, and counts are written; if it had races, it says how
// many and ends with kRaceExitCode.
void end_with_report();

// Ends the program because of a race that makes going on useless.
[[noreturn]] void end_with_race_code();

}  // namespace myxtts::simulated_cuda

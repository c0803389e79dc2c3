#include "simulated_cuda/runtime/program_end.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "simulated_cuda/runtime/counts.hpp"
#include "simulated_cuda/runtime/streams.hpp"

namespace myxtts::simulated_cuda {
namespace {

// Without destructors: after a race nothing is known of what they would free.
void report() {
  for (const auto& stream : all_streams()) stream->drain();
  write_counts();
  const std::scoped_lock lock(order());
  if (detector().count() == 0) return;
  std::fprintf(stderr, "simulated CUDA: %llu races of %zu kinds, see above: code %d\n",
               static_cast<unsigned long long>(detector().count()), detector().kinds(), kRaceExitCode);
  end_with_race_code();
}

}  // namespace

void end_with_race_code() {
  std::fflush(nullptr);
  ::_exit(kRaceExitCode);
}

void end_with_report() { std::atexit(report); }

}  // namespace myxtts::simulated_cuda

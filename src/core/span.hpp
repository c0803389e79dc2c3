#pragma once
// Stretches of time in which one part of the pipeline was at work.

#include <cstdint>
#include <string>

namespace myxtts::core {

struct Span {
  std::string part;            // "decode", "mel", "transfer", "forward", ...
  std::uint64_t sequence = 0;  // of the batch it worked on, or of the optimiser step
  double begin_seconds = 0;    // on the run's one clock
  double end_seconds = 0;

  [[nodiscard]] double seconds() const { return end_seconds - begin_seconds; }
};

}  // namespace myxtts::core

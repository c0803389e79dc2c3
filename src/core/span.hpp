#pragma once
// Stretches of time in which one part of the pipeline was at work.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace myxtts::core {

// Of the batch that it worked on: "decode", "prepare" (the data role's whole) and its parts, "transfer", "wait",
// "forward", "backward". Of the optimiser step: "optimiser", "validate", "save".
struct Span {
  std::string part;
  std::uint64_t sequence = 0;  // of the batch, or of the step
  double begin_seconds = 0;    // on the run's one clock
  double end_seconds = 0;

  [[nodiscard]] double seconds() const { return end_seconds - begin_seconds; }
};

// What "prepare" is made of.
inline constexpr std::array<std::string_view, 4> kPreparationParts = {"resample", "mel", "codes", "pack"};

}  // namespace myxtts::core

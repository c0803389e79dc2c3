#pragma once
// Time intervals in which one part of the pipeline worked.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace myxtts::core {

// Parts that work on a batch: "decode", "prepare" (all the data role's work) and its parts, "transfer", "wait",
// "forward", "backward". Parts that work on an optimiser step: "optimiser", "validate", "save".
struct Span {
  std::string part;
  std::uint64_t sequence = 0;  // of the batch, or of the step
  double begin_seconds = 0;    // on a clock that all spans of the run share
  double end_seconds = 0;

  [[nodiscard]] double seconds() const { return end_seconds - begin_seconds; }
};

// The parts of "prepare".
inline constexpr std::array<std::string_view, 4> kPreparationParts = {"resample", "mel", "codes", "pack"};

}  // namespace myxtts::core

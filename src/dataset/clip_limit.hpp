#pragma once
// How many clips of a data set may be missing.

#include <cstddef>

namespace myxtts::dataset {

struct ClipLimit {
  std::size_t rejected = 0;  // by the check
  std::size_t total = 0;     // clips that the manifest names
  double max_rejected = 0;   // share of `total` (0-1) that may be rejected or broken
};

// Whether `rejected` of `total` clips are allowed: at most the share `max_rejected` (0-1), and not all.
[[nodiscard]] bool within_limit(std::size_t rejected, std::size_t total, double max_rejected);

}  // namespace myxtts::dataset

#pragma once
// The rows of a batch in groups that are computed side by side. On a CPU the operators of a small model are too short
// to share between threads: whole rows on a thread each take two thirds of the time.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace myxtts::planning {

// Groups of rows of about equal cost, at most `max_groups` (1 where that is less) and never an empty one; each row is
// in exactly one, and a group's rows are in ascending order. costs: of each row, in any unit. A pure function.
[[nodiscard]] std::vector<std::vector<std::size_t>> balanced_groups(std::span<const double> costs,
                                                                    std::int64_t max_groups);

}  // namespace myxtts::planning

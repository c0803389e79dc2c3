#pragma once
// Splits the rows of a batch into groups that are computed in parallel. On a CPU the operators of a small model are too
// short to split between threads: with whole rows per thread, a batch takes two thirds of the time.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace myxtts::planning {

// Groups of rows of about equal cost: at most max(1, max_groups) groups, none of them empty; each row is in exactly one
// group, and a group's rows are in ascending order. costs: of each row, in any unit. A pure function.
[[nodiscard]] std::vector<std::vector<std::size_t>> balanced_groups(std::span<const double> costs,
                                                                    std::int64_t max_groups);

}  // namespace myxtts::planning

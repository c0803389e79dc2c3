#include "planning/row_groups.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace myxtts::planning {

// Assigns the most expensive row first, each row to the group with the minimum cost so far.
std::vector<std::vector<std::size_t>> balanced_groups(std::span<const double> costs, std::int64_t max_groups) {
  const auto groups = std::min(costs.size(), static_cast<std::size_t>(std::max<std::int64_t>(max_groups, 1)));
  std::vector<std::size_t> by_cost(costs.size());
  std::iota(by_cost.begin(), by_cost.end(), std::size_t{0});
  std::ranges::stable_sort(by_cost, std::ranges::greater(), [&](std::size_t row) { return costs[row]; });
  std::vector<std::vector<std::size_t>> members(groups);
  std::vector<double> totals(groups, 0.0);
  for (const std::size_t row : by_cost) {
    const auto cheapest = static_cast<std::size_t>(std::ranges::min_element(totals) - totals.begin());
    members[cheapest].push_back(row);
    totals[cheapest] += costs[row];
  }
  for (std::vector<std::size_t>& rows : members) std::ranges::sort(rows);
  return members;
}

}  // namespace myxtts::planning

#pragma once
// Order statistics. `values` must not be empty.

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace myxtts::core {

// The value at `index` when sorted.
template <typename T>
[[nodiscard]] T order_statistic(std::vector<T> values, std::size_t index) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(index);
  std::ranges::nth_element(values, place);
  return *place;
}

// Of an even number of values, the upper one of the two in the middle.
template <typename T>
[[nodiscard]] T median(std::vector<T> values) {
  const std::size_t middle = values.size() / 2;
  return order_statistic(std::move(values), middle);
}

// The value at `share` (0-1) of the way from the smallest to the largest one, rounded down.
template <typename T>
[[nodiscard]] T quantile(std::vector<T> values, double share) {
  const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  return order_statistic(std::move(values), index);
}

}  // namespace myxtts::core

#pragma once
// Order statistics. `values` must not be empty.

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace myxtts::core {

// The value at `index` in sorted order.
template <typename T>
[[nodiscard]] T order_statistic(std::vector<T> values, std::size_t index) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(index);
  std::ranges::nth_element(values, place);
  return *place;
}

// The median; if the number of values is even, the upper of the two middle values.
template <typename T>
[[nodiscard]] T median(std::vector<T> values) {
  const std::size_t middle = values.size() / 2;
  return order_statistic(std::move(values), middle);
}

// The quantile at `share` (0-1): the value at index share * (size - 1), rounded down, in sorted order.
template <typename T>
[[nodiscard]] T quantile(std::vector<T> values, double share) {
  const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  return order_statistic(std::move(values), index);
}

}  // namespace myxtts::core

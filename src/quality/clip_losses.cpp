#include "quality/clip_losses.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace myxtts::quality {

std::vector<std::size_t> suspects_first(std::span<const ClipLoss> losses) {
  std::vector<std::size_t> order(losses.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t clip) { return losses[clip].loss; });
  return order;
}

}  // namespace myxtts::quality

#include "device/leak_detector.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace myxtts::device {
namespace {

constexpr double kStandardDeviations = 3.29;  // standard deviations: 99.9 % of a normal distribution lie within
constexpr std::size_t kBlocks = 16;           // number of blocks that a trend is computed from

}  // namespace

Trend robust_trend(std::span<const double> values, double spacing) {
  const std::size_t n = values.size();
  if (n < 3) throw std::invalid_argument("a trend needs three values");
  std::vector<double> slopes;
  slopes.reserve(n * (n - 1) / 2);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      slopes.push_back((values[j] - values[i]) / (spacing * static_cast<double>(j - i)));
    }
  }
  std::ranges::sort(slopes);
  const auto pairs = static_cast<double>(slopes.size());
  const auto count = static_cast<double>(n);
  const double half_width = kStandardDeviations * std::sqrt(count * (count - 1) * (2 * count + 5) / 18) / 2;
  const auto at = [&](double rank) {
    return slopes[static_cast<std::size_t>(std::clamp(std::floor(rank), 0.0, pairs - 1))];
  };
  return {at(pairs / 2), at(pairs / 2 - half_width), at(pairs / 2 + half_width)};
}

LeakDetector::LeakDetector() {
  for (const std::int64_t block_steps : {8, 64, 512}) scales_.push_back({block_steps, 0, 0, {}});
}

std::optional<Leak> LeakDetector::add(std::int64_t live_bytes) {
  if (++steps_ <= kWarmUpSteps) return std::nullopt;
  std::optional<Leak> found;
  for (Scale& scale : scales_) {
    std::optional<Leak> leak = count(scale, static_cast<double>(live_bytes));
    if (!found) found = leak;
  }
  if (found) {
    for (Scale& scale : scales_) scale = {scale.block_steps, 0, 0, {}};
  }
  return found;
}

std::optional<Leak> LeakDetector::count(Scale& scale, double live_bytes) {
  scale.least = scale.steps_in_block == 0 ? live_bytes : std::min(scale.least, live_bytes);
  if (++scale.steps_in_block < scale.block_steps) return std::nullopt;
  scale.steps_in_block = 0;
  if (scale.blocks.size() == kBlocks) scale.blocks.erase(scale.blocks.begin());
  scale.blocks.push_back(scale.least);
  if (scale.blocks.size() < kBlocks) return std::nullopt;
  const Trend trend = robust_trend(scale.blocks, static_cast<double>(scale.block_steps));
  if (trend.low * static_cast<double>(scale.block_steps) <= static_cast<double>(kMinGrowth)) return std::nullopt;
  return Leak{trend, scale.block_steps * static_cast<std::int64_t>(kBlocks),
              static_cast<std::int64_t>(scale.blocks.back() - scale.blocks.front())};
}

}  // namespace myxtts::device

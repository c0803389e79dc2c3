#include "planning/batches.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <queue>
#include <stdexcept>
#include <tuple>

#include "core/random.hpp"
#include "planning/visits.hpp"

namespace myxtts::planning {
namespace {

// Number of batches whose clips are distributed together: enough to balance the costs well, few enough that chance
// decides which clips share a batch.
constexpr std::int64_t kWindowBatches = 64;

using Indices = std::vector<std::uint32_t>;

core::CounterRandom random_of(const EpochKey& key, core::Purpose purpose) {
  return core::CounterRandom({.seed = key.seed,
                              .stage = key.stage,
                              .epoch = static_cast<std::uint64_t>(key.epoch),
                              .item = 0,
                              .purpose = purpose});
}

std::int64_t total_of(std::span<const std::uint32_t> clips, std::span<const std::int64_t> costs) {
  std::int64_t total = 0;
  for (const std::uint32_t clip : clips) total += costs[clip];
  return total;
}

double budget_of(std::span<const std::uint32_t> clips, std::span<const std::int64_t> costs, std::int64_t size) {
  return static_cast<double>(size) * static_cast<double>(total_of(clips, costs)) / static_cast<double>(clips.size());
}

std::vector<PlannedBatch> cut_by_count(std::span<const std::uint32_t> order, std::int64_t size) {
  std::vector<PlannedBatch> batches;
  for (std::size_t first = 0; first < order.size(); first += static_cast<std::size_t>(size)) {
    const auto part = order.subspan(first, std::min(static_cast<std::size_t>(size), order.size() - first));
    batches.push_back({Indices(part.begin(), part.end())});
  }
  return batches;
}

// Distributes the clips of a window over `count` batches: the most expensive clip first, each to the cheapest batch.
// Source: Graham, "Bounds on multiprocessing timing anomalies" (1969), longest processing time first.
void deal(Indices window, std::span<const std::int64_t> costs, std::size_t count, std::vector<PlannedBatch>& batches) {
  std::stable_sort(window.begin(), window.end(), [&](auto a, auto b) { return costs[a] > costs[b]; });
  const std::size_t first = batches.size();
  batches.resize(first + count);
  using Load = std::tuple<std::int64_t, std::size_t, std::size_t>;  // cost, clips, batch
  std::priority_queue<Load, std::vector<Load>, std::greater<>> loads;
  for (std::size_t i = 0; i < count; ++i) loads.emplace(0, 0, first + i);
  for (const std::uint32_t clip : window) {
    const auto [cost, clips, batch] = loads.top();
    loads.pop();
    batches[batch].clips.push_back(clip);
    loads.emplace(cost + costs[clip], clips + 1, batch);
  }
}

std::vector<PlannedBatch> deal_by_cost(std::span<const std::uint32_t> order, std::span<const std::int64_t> costs,
                                       std::int64_t size) {
  const double budget = budget_of(order, costs, size);
  const std::size_t window_clips = static_cast<std::size_t>(kWindowBatches * size);
  const std::size_t windows = (order.size() + window_clips - 1) / window_clips;
  std::vector<PlannedBatch> batches;
  for (std::size_t w = 0; w < windows; ++w) {  // windows of equal size, so that none is left with half a batch
    const std::size_t begin = order.size() * w / windows;
    const std::size_t end = order.size() * (w + 1) / windows;
    const auto window = order.subspan(begin, end - begin);
    const auto wanted = std::llround(static_cast<double>(total_of(window, costs)) / budget);
    const auto count = std::clamp<std::size_t>(static_cast<std::size_t>(wanted), 1, window.size());
    deal(Indices(window.begin(), window.end()), costs, count, batches);
  }
  return batches;
}

Indices ascending(std::size_t count) {
  Indices order(count);
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

}  // namespace

std::vector<PlannedBatch> plan_epoch(std::span<const std::int64_t> costs, const config::BatchSettings& settings,
                                     const EpochKey& key, std::span<const double> weights) {
  if (costs.empty()) throw std::invalid_argument("an epoch needs clips");
  Indices order = weights.empty() ? ascending(costs.size()) : visits_in_epoch(weights, key);
  random_of(key, core::Purpose::kEpochOrder).shuffle(std::span(order));
  if (settings.by == "count") return cut_by_count(order, settings.size);
  std::vector<PlannedBatch> batches = deal_by_cost(order, costs, settings.size);
  random_of(key, core::Purpose::kBatchOrder).shuffle(std::span(batches));
  return batches;
}

std::vector<PlannedBatch> plan_in_order(std::span<const std::int64_t> costs, const config::BatchSettings& settings) {
  if (settings.by == "count" || costs.empty()) return cut_by_count(ascending(costs.size()), settings.size);
  const double budget = budget_of(ascending(costs.size()), costs, settings.size);
  std::vector<PlannedBatch> batches;
  std::int64_t cost = 0;
  for (std::uint32_t clip = 0; clip < costs.size(); ++clip) {
    if (batches.empty() || static_cast<double>(cost + costs[clip]) > budget) {
      batches.emplace_back();
      cost = 0;
    }
    batches.back().clips.push_back(clip);
    cost += costs[clip];
  }
  return batches;
}

}  // namespace myxtts::planning

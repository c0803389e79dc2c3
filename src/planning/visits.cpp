#include "planning/visits.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>

#include "core/random.hpp"

namespace myxtts::planning {
namespace {

double draw(const EpochKey& key, std::size_t clip) {
  return core::CounterRandom({.seed = key.seed,
                              .stage = key.stage,
                              .epoch = static_cast<std::uint64_t>(key.epoch),
                              .item = clip,
                              .purpose = core::Purpose::kVisits})
      .uniform();
}

}  // namespace

std::vector<std::uint32_t> visits_in_epoch(std::span<const double> weights, const EpochKey& key) {
  if (weights.empty()) throw std::invalid_argument("an epoch needs clips");
  std::vector<std::uint32_t> visits;
  std::uint32_t nearest = 0;
  double min_missing = std::numeric_limits<double>::infinity();
  for (std::size_t clip = 0; clip < weights.size(); ++clip) {
    const double whole = std::floor(weights[clip]);
    const double missing = draw(key, clip) - (weights[clip] - whole);  // under 0: visited once more
    const auto count = static_cast<std::size_t>(whole) + (missing < 0 ? 1 : 0);
    visits.insert(visits.end(), count, static_cast<std::uint32_t>(clip));
    if (missing < min_missing) {
      min_missing = missing;
      nearest = static_cast<std::uint32_t>(clip);
    }
  }
  if (visits.empty()) visits.push_back(nearest);
  return visits;
}

}  // namespace myxtts::planning

#include "planning/split.hpp"

#include <algorithm>

#include "core/random.hpp"

namespace myxtts::planning {
namespace {

std::uint64_t place_of(const std::string& id) {
  return core::stable_hash(id, static_cast<std::uint64_t>(core::Purpose::kSplit));
}

// A hash as a number in [0, 1).
double as_share(std::uint64_t hash) { return static_cast<double>(hash >> 11) * 0x1.0p-53; }

}  // namespace

Split split_by_hash(std::span<const std::string> ids, double share, std::size_t min_clips) {
  const bool is_split = ids.size() >= min_clips && share > 0;
  std::uint64_t lowest = UINT64_MAX;
  std::uint64_t highest = 0;
  for (const std::string& id : ids) {
    lowest = std::min(lowest, place_of(id));
    highest = std::max(highest, place_of(id));
  }
  Split split;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::uint64_t place = place_of(ids[i]);
    const bool held_out = is_split && place != highest && (as_share(place) < share || place == lowest);
    (held_out ? split.validation : split.train).push_back(static_cast<std::uint32_t>(i));
  }
  return split;
}

}  // namespace myxtts::planning

#pragma once
// Which epoch of which stage of which run a random draw belongs to.

#include <cstdint>

namespace myxtts::planning {

struct EpochKey {
  std::uint64_t seed = 0;
  std::uint32_t stage = 0;
  std::int64_t epoch = 0;
};

}  // namespace myxtts::planning

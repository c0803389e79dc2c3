#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/random.hpp"

namespace myxtts::planning {

// Tokens of clips as LJSpeech has them: 1.1 to 10.1 s, most of them long; 21.5 codes and about 15 characters a second.
inline std::vector<std::int64_t> speech_lengths(std::size_t count) {
  core::CounterRandom random({.seed = 7, .stage = 0, .epoch = 0, .item = 0, .purpose = core::Purpose::kSampling});
  std::vector<std::int64_t> lengths;
  for (std::size_t i = 0; i < count; ++i) {
    const double seconds = 1.1 + 9.0 * std::sqrt(random.uniform());
    lengths.push_back(38 + std::llround(36.5 * seconds));
  }
  return lengths;
}

}  // namespace myxtts::planning

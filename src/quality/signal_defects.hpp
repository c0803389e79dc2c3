#pragma once
// Finds the defects that the measures of a clip's samples show.

#include <vector>

#include "quality/finding.hpp"
#include "quality/signal.hpp"

namespace myxtts::quality {

// The clip's defects. For a silent clip only defects of its channels are added. `seconds` is the clip's length.
[[nodiscard]] std::vector<FoundDefect> signal_defects(const SignalMeasures& measures, double seconds);

}  // namespace myxtts::quality

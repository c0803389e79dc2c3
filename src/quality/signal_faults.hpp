#pragma once
// Which measures of a clip's samples look wrong.

#include <vector>

#include "quality/finding.hpp"
#include "quality/signal.hpp"

namespace myxtts::quality {

// In the order of Defect; a silent clip has no other faults. `seconds` is the clip's length.
[[nodiscard]] std::vector<Fault> signal_faults(const SignalMeasures& measures, double seconds);

}  // namespace myxtts::quality

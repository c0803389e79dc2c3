#pragma once
// Finds memory that a role never gives back, from its live bytes after each step, and tells it from what comes and
// goes: level shifts (a validation pass, a buffer that grew), saw-teeth and single peaks raise nothing.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace myxtts::device {

// A straight line through equally spaced values. Units: bytes a step.
struct Trend {
  double slope = 0;
  double low = 0;  // of its confidence interval (99.9 %)
  double high = 0;
};

// The median slope over all pairs of values and its interval; a quarter of the values may be anything.
// spacing: steps between two values. Throws: std::invalid_argument for fewer than three values.
// Source: Theil (1950), Sen, "Estimates of the regression coefficient based on Kendall's tau" (1968).
[[nodiscard]] Trend robust_trend(std::span<const double> values, double spacing);

struct Leak {
  Trend trend;
  std::int64_t steps = 0;        // that it was seen over
  std::int64_t grown_bytes = 0;  // in these steps
};

// One role's detector. Live bytes are cut into blocks and each block is judged by its least value, which is what nobody
// gave back; the last blocks leak where even the low end of their trend grows by more than kMinGrowth a block. Blocks
// of three lengths find a fast leak soon (64 KiB a step within 160 steps) and a slow one in the end (1 KiB a step
// within 8,300).
class LeakDetector {
 public:
  static constexpr std::int64_t kWarmUpSteps = 24;
  static constexpr std::int64_t kMinGrowth = 512 << 10;  // bytes a block

  LeakDetector();

  // Counts a step. A leak is reported once; the search then starts anew, so that a second report means that memory went
  // on growing. live_bytes: what the role holds, less what it is known to keep (a buffer's contents, a cache's).
  [[nodiscard]] std::optional<Leak> add(std::int64_t live_bytes);

 private:
  struct Scale {
    std::int64_t block_steps = 0;
    std::int64_t steps_in_block = 0;
    double least = 0;
    std::vector<double> blocks;  // the least value of each, the oldest first
  };

  static std::optional<Leak> count(Scale& scale, double live_bytes);

  std::vector<Scale> scales_;
  std::int64_t steps_ = 0;
};

}  // namespace myxtts::device

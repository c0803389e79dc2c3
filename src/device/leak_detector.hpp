#pragma once
// Finds memory leaks of a role from its live bytes after each step. Temporary memory is no leak: level shifts (a
// validation pass, a buffer that grew), sawtooth patterns and single peaks raise no alarm.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace myxtts::device {

// The slope of a straight line through equally spaced values. Units: bytes a step.
struct Trend {
  double slope = 0;
  double low = 0;  // low, high: 99.9 % confidence interval of the slope
  double high = 0;
};

// The median slope over all pairs of values and its confidence interval; robust while at most a quarter of the values
// are outliers.
// spacing: steps between two values. Throws: std::invalid_argument for fewer than three values.
// Source: Theil (1950), Sen, "Estimates of the regression coefficient based on Kendall's tau" (1968).
[[nodiscard]] Trend robust_trend(std::span<const double> values, double spacing);

struct Leak {
  Trend trend;
  std::int64_t steps = 0;        // length of the window in which it was seen
  std::int64_t grown_bytes = 0;  // growth in these steps
};

// Detects leaks of one role. Live bytes are cut into blocks of steps, and each block is represented by its minimum,
// which excludes temporary memory. A leak is reported if the lower confidence bound of the last blocks' trend is more
// than kMinGrowth a block. Blocks of three lengths find a fast leak soon (64 KiB a step within 160 steps) and a slow
// one eventually (1 KiB a step within 8,300).
class LeakDetector {
 public:
  static constexpr std::int64_t kWarmUpSteps = 24;
  static constexpr std::int64_t kMinGrowth = 512 << 10;  // bytes a block

  LeakDetector();

  // Adds a step. A leak is reported once; then the search starts again, so a second report means that memory kept
  // growing. live_bytes: what the role holds, minus what it is known to keep (the contents of a buffer or a cache).
  [[nodiscard]] std::optional<Leak> add(std::int64_t live_bytes);

 private:
  struct Scale {
    std::int64_t block_steps = 0;
    std::int64_t steps_in_block = 0;
    double least = 0;
    std::vector<double> blocks;  // the minimum of each, oldest first
  };

  static std::optional<Leak> count(Scale& scale, double live_bytes);

  std::vector<Scale> scales_;
  std::int64_t steps_ = 0;
};

}  // namespace myxtts::device

#pragma once
// How busy the two roles were, and how much of it at the same time: pure functions of spans.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/interval.hpp"
#include "core/span.hpp"

namespace myxtts::core {

// On the spans' clock, in order and without common points.
using Intervals = std::vector<Interval>;

enum class Worker {
  kData,   // "prepare"
  kCopy,   // "transfer"
  kModel,  // "forward", "backward", "optimiser", "validate"
};

// Whether a span of `part` is some worker's.
[[nodiscard]] bool is_work(std::string_view part);

// When a worker was busy within `range`.
[[nodiscard]] Intervals busy_intervals(const std::vector<Span>& spans, Worker worker, Interval range);
[[nodiscard]] double total_seconds(const Intervals& intervals);
// Where any of them is, where both are.
[[nodiscard]] Intervals union_of(const Intervals& a, const Intervals& b);
[[nodiscard]] Intervals intersection_of(const Intervals& a, const Intervals& b);

// Shares, 0-1, counted to a thousandth: percentiles of any number of them in little memory.
class ShareCounts {
 public:
  void add(double share);
  void add(const ShareCounts& other);
  // The least share that so much of the counted shares does not exceed; 0 where none was counted. percentile: 0-100.
  [[nodiscard]] double percentile(double percentile) const;
  [[nodiscard]] double mean() const;
  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  static constexpr std::size_t kParts = 1000;

  std::array<std::int64_t, kParts + 1> counts_{};
  std::int64_t count_ = 0;
  double sum_ = 0;
};

// The share of each window of `range` that is busy. What is left at the end counts where there is no whole window.
[[nodiscard]] ShareCounts window_shares(const Intervals& busy, Interval range, double window_seconds);

// Mean and spread of what is added.
class Spread {
 public:
  void add(double value);
  void add(const Spread& other);
  [[nodiscard]] double mean() const;
  // Standard deviation by the mean; 0 where there are fewer than two values.
  [[nodiscard]] double coefficient_of_variation() const;

 private:
  std::int64_t count_ = 0;
  double sum_ = 0;
  double sum_of_squares_ = 0;
};

inline constexpr double kWindowSeconds = 0.1;

// Units: seconds.
struct Activity {
  double wall = 0;
  double data = 0;     // busy
  double copies = 0;   // on their way
  double model = 0;    // busy
  double supply = 0;   // data role or copies busy
  double overlap = 0;  // of `supply`, while the model role was busy too
  std::int64_t copy_count = 0;
  ShareCounts data_shares;  // busy, of windows of kWindowSeconds
  ShareCounts model_shares;

  void add(const Activity& other);
};

// What was done within `range`; spans are clipped to it.
[[nodiscard]] Activity activity_of(const std::vector<Span>& spans, Interval range);

// How much faster two devices can be than one that does the same work, stage after stage: at best the longer of the
// two roles' work hides the shorter. 1 where nothing was measured.
[[nodiscard]] double greatest_speedup(double data_seconds, double model_seconds);

}  // namespace myxtts::core

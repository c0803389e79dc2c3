#pragma once
// How busy the two roles were, and for how long both were busy at the same time: pure functions of spans.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/interval.hpp"
#include "core/span.hpp"

namespace myxtts::core {

// Sorted and disjoint, on the clock of the spans.
using Intervals = std::vector<Interval>;

enum class Worker {
  kData,   // "prepare"
  kCopy,   // "transfer"
  kModel,  // "forward", "backward", "optimiser", "validate"
};

// Whether a span of `part` counts as work of one of the workers.
[[nodiscard]] bool is_work(std::string_view part);

// The intervals within `range` in which a worker was busy.
[[nodiscard]] Intervals busy_intervals(const std::vector<Span>& spans, Worker worker, Interval range);
[[nodiscard]] double total_seconds(const Intervals& intervals);
// The union and the intersection of two sets of intervals.
[[nodiscard]] Intervals union_of(const Intervals& a, const Intervals& b);
[[nodiscard]] Intervals intersection_of(const Intervals& a, const Intervals& b);

// Histogram of shares (0-1) with a resolution of 1/1000: percentiles of any number of shares in constant memory.
class ShareCounts {
 public:
  void add(double share);
  void add(const ShareCounts& other);
  // The p-th percentile (0-100) of the counted shares; 0 if none was counted.
  [[nodiscard]] double percentile(double percentile) const;
  [[nodiscard]] double mean() const;
  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  static constexpr std::size_t kParts = 1000;

  std::array<std::int64_t, kParts + 1> counts_{};
  std::int64_t count_ = 0;
  double sum_ = 0;
};

// Cuts `range` into windows and returns the busy share of each. A remainder at the end is ignored; a range shorter than
// one window is a single window.
[[nodiscard]] ShareCounts window_shares(const Intervals& busy, Interval range, double window_seconds);

// Mean and coefficient of variation of the added values.
class RunningStatistics {
 public:
  void add(double value);
  void add(const RunningStatistics& other);
  [[nodiscard]] double mean() const;
  // Standard deviation divided by the mean; 0 if there are fewer than two values.
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
  double data = 0;     // the data role was busy
  double copies = 0;   // at least one copy was running
  double model = 0;    // the model role was busy
  double supply = 0;   // union of `data` and `copies`
  double overlap = 0;  // intersection of `supply` and `model`
  std::int64_t copy_count = 0;
  ShareCounts data_shares;  // busy share of each window of kWindowSeconds
  ShareCounts model_shares;

  void add(const Activity& other);
};

// The activity within `range`; spans are clipped to it.
[[nodiscard]] Activity activity_of(const std::vector<Span>& spans, Interval range);

// Upper bound of the speedup of two devices over one device that does both roles' work in sequence: at best, the work
// of the faster role is hidden behind that of the slower role. 1 if no time was measured.
[[nodiscard]] double greatest_speedup(double data_seconds, double model_seconds);

}  // namespace myxtts::core

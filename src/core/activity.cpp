#include "core/activity.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace myxtts::core {
namespace {

bool is_work_of(Worker worker, std::string_view part) {
  switch (worker) {
    case Worker::kData:
      return part == "prepare";
    case Worker::kCopy:
      return part == "transfer";
    case Worker::kModel:
      return part == "forward" || part == "backward" || part == "optimiser" || part == "validate";
  }
  return false;
}

Intervals merge(Intervals intervals) {
  std::ranges::sort(intervals, {}, &Interval::begin_seconds);
  Intervals merged;
  for (const Interval& interval : intervals) {
    if (!merged.empty() && interval.begin_seconds <= merged.back().end_seconds) {
      merged.back().end_seconds = std::max(merged.back().end_seconds, interval.end_seconds);
    } else {
      merged.push_back(interval);
    }
  }
  return merged;
}

Interval clip(Interval interval, Interval range) {
  return {std::max(interval.begin_seconds, range.begin_seconds), std::min(interval.end_seconds, range.end_seconds)};
}

}  // namespace

bool is_work(std::string_view part) {
  return is_work_of(Worker::kData, part) || is_work_of(Worker::kCopy, part) || is_work_of(Worker::kModel, part);
}

Intervals busy_intervals(const std::vector<Span>& spans, Worker worker, Interval range) {
  Intervals busy;
  for (const Span& span : spans) {
    if (!is_work_of(worker, span.part)) continue;
    const Interval inside = clip({span.begin_seconds, span.end_seconds}, range);
    if (inside.begin_seconds < inside.end_seconds) busy.push_back(inside);
  }
  return merge(std::move(busy));
}

double total_seconds(const Intervals& intervals) {
  double total = 0;
  for (const Interval& interval : intervals) total += interval.seconds();
  return total;
}

Intervals union_of(const Intervals& a, const Intervals& b) {
  Intervals all = a;
  all.insert(all.end(), b.begin(), b.end());
  return merge(std::move(all));
}

Intervals intersection_of(const Intervals& a, const Intervals& b) {
  Intervals common;
  for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
    const Interval both = clip(*left, *right);
    if (both.begin_seconds < both.end_seconds) common.push_back(both);
    left->end_seconds < right->end_seconds ? ++left : ++right;
  }
  return common;
}

void ShareCounts::add(double share) {
  const double bounded = std::clamp(share, 0.0, 1.0);
  ++counts_[static_cast<std::size_t>(std::lround(bounded * kParts))];
  ++count_;
  sum_ += bounded;
}

void ShareCounts::add(const ShareCounts& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
}

double ShareCounts::percentile(double percentile) const {
  const double wanted = percentile / 100 * static_cast<double>(count_);
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen > 0 && static_cast<double>(seen) >= wanted) return static_cast<double>(i) / kParts;
  }
  return 0;
}

double ShareCounts::mean() const { return count_ > 0 ? sum_ / static_cast<double>(count_) : 0; }

ShareCounts window_shares(const Intervals& busy, Interval range, double window_seconds) {
  ShareCounts shares;
  const double length = range.seconds();
  if (length <= 0) return shares;
  const auto windows = static_cast<std::int64_t>(length / window_seconds);
  const double width = windows > 0 ? window_seconds : length;
  auto interval = busy.begin();
  for (std::int64_t i = 0; i < std::max<std::int64_t>(windows, 1); ++i) {
    const double begin = range.begin_seconds + static_cast<double>(i) * width;
    const Interval window{begin, begin + width};
    while (interval != busy.end() && interval->end_seconds <= window.begin_seconds) ++interval;
    double seconds = 0;
    for (auto inside = interval; inside != busy.end() && inside->begin_seconds < window.end_seconds; ++inside) {
      const Interval part = clip(*inside, window);
      seconds += part.seconds();
    }
    shares.add(seconds / width);
  }
  return shares;
}

void RunningStatistics::add(double value) {
  ++count_;
  sum_ += value;
  sum_of_squares_ += value * value;
}

void RunningStatistics::add(const RunningStatistics& other) {
  count_ += other.count_;
  sum_ += other.sum_;
  sum_of_squares_ += other.sum_of_squares_;
}

double RunningStatistics::mean() const { return count_ > 0 ? sum_ / static_cast<double>(count_) : 0; }

double RunningStatistics::coefficient_of_variation() const {
  if (count_ < 2 || mean() == 0) return 0;
  const auto count = static_cast<double>(count_);
  const double variance = std::max(0.0, (sum_of_squares_ - sum_ * sum_ / count) / (count - 1));
  return std::sqrt(variance) / mean();
}

void Activity::add(const Activity& other) {
  wall += other.wall;
  data += other.data;
  copies += other.copies;
  model += other.model;
  supply += other.supply;
  overlap += other.overlap;
  copy_count += other.copy_count;
  data_shares.add(other.data_shares);
  model_shares.add(other.model_shares);
}

Activity activity_of(const std::vector<Span>& spans, Interval range) {
  const Intervals data = busy_intervals(spans, Worker::kData, range);
  const Intervals copies = busy_intervals(spans, Worker::kCopy, range);
  const Intervals model = busy_intervals(spans, Worker::kModel, range);
  const Intervals supply = union_of(data, copies);
  Activity activity;
  activity.wall = std::max(0.0, range.seconds());
  activity.data = total_seconds(data);
  activity.copies = total_seconds(copies);
  activity.model = total_seconds(model);
  activity.supply = total_seconds(supply);
  activity.overlap = total_seconds(intersection_of(supply, model));
  activity.copy_count = std::ranges::count_if(spans, [&](const Span& span) {
    return is_work_of(Worker::kCopy, span.part) && range.begin_seconds <= span.begin_seconds &&
           span.begin_seconds < range.end_seconds;
  });
  activity.data_shares = window_shares(data, range, kWindowSeconds);
  activity.model_shares = window_shares(model, range, kWindowSeconds);
  return activity;
}

double greatest_speedup(double data_seconds, double model_seconds) {
  const double longer = std::max(data_seconds, model_seconds);
  return longer > 0 ? (data_seconds + model_seconds) / longer : 1;
}

}  // namespace myxtts::core

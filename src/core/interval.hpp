#pragma once
// A time interval.

namespace myxtts::core {

struct Interval {
  double begin_seconds = 0;
  double end_seconds = 0;

  [[nodiscard]] double seconds() const { return end_seconds - begin_seconds; }
  [[nodiscard]] double middle_seconds() const { return (begin_seconds + end_seconds) / 2; }
};

}  // namespace myxtts::core

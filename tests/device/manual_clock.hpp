#pragma once
// A clock that stands still until a test moves it, and what measures by it.

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "device/delegating_runtime.hpp"
#include "device/span_recorder.hpp"

namespace myxtts::device {

// Thread: any.
class ManualClock {
 public:
  void advance(std::chrono::duration<double> time) { seconds_ += time.count(); }
  [[nodiscard]] double seconds() const { return seconds_; }

 private:
  std::atomic<double> seconds_{0};
};

class ManualClockRuntime : public DelegatingRuntime {
 public:
  ManualClockRuntime(DeviceRuntime& inner, const ManualClock& clock) : DelegatingRuntime(inner), clock_(clock) {}

  Event record_timed(Stream) override { return Event(std::make_shared<Moment>(clock_.seconds())); }
  std::optional<double> seconds_of(const Event& event) const override {
    return static_cast<const Moment*>(event.state())->seconds;
  }
  double now_seconds() const override { return clock_.seconds(); }

 private:
  struct Moment final : Event::State {
    explicit Moment(double at) : seconds(at) {}
    double seconds;
  };

  const ManualClock& clock_;
};

// Moves the clock by what a part costs, when the part begins.
class PlantedRecorder : public SpanRecorder {
 public:
  using Costs = std::map<std::string, std::chrono::milliseconds, std::less<>>;

  PlantedRecorder(DeviceRuntime& runtime, ManualClock& clock, Costs costs)
      : SpanRecorder(runtime), clock_(clock), costs_(std::move(costs)) {}

 protected:
  void on_begin(std::string_view part) override {
    if (const auto cost = costs_.find(part); cost != costs_.end()) clock_.advance(cost->second);
  }

 private:
  ManualClock& clock_;
  Costs costs_;
};

}  // namespace myxtts::device

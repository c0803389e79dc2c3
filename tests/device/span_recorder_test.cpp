#include "device/span_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>

#include "device/delegating_runtime.hpp"
#include "device/manual_clock.hpp"

namespace myxtts::device {
namespace {

using std::chrono_literals::operator""ms;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> parts_of(const std::vector<core::Span>& spans) {
  std::vector<std::string> parts;
  for (const core::Span& span : spans) parts.push_back(span.part);
  return parts;
}

class SpanRecorderTest : public ::testing::Test {
 protected:
  std::unique_ptr<DeviceRuntime> runtime_ = make_cpu_runtime({});
  SpanRecorder spans_{*runtime_};
};

TEST_F(SpanRecorderTest, SpansHaveTheTimeOfTheirScopeOnOneClock) {
  const double before = runtime_->now_seconds();
  {
    const MeasuredPart stream(&spans_, "mel", 7, Stream::kData);
    const MeasuredPart host(&spans_, "decode", 8);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const double after = runtime_->now_seconds();
  const std::vector<core::Span> spans = spans_.take_finished();
  ASSERT_THAT(parts_of(spans), ElementsAre("decode", "mel"));  // the inner one ended first
  EXPECT_EQ(spans[0].sequence, 8U);
  EXPECT_EQ(spans[1].sequence, 7U);
  for (const core::Span& span : spans) {
    EXPECT_GE(span.begin_seconds, before);
    EXPECT_GE(span.seconds(), 0.02);
    EXPECT_LE(span.end_seconds, after);
  }
  EXPECT_LE(spans[1].begin_seconds, spans[0].begin_seconds);
}

TEST_F(SpanRecorderTest, ASpanIsTakenOnce) {
  { const MeasuredPart part(&spans_, "mel", 0, Stream::kData); }
  EXPECT_EQ(spans_.take_finished().size(), 1U);
  EXPECT_THAT(spans_.take_finished(), IsEmpty());
}

TEST_F(SpanRecorderTest, LosesNothingBetweenThreads) {
  std::size_t taken = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([this] {
        for (std::uint64_t j = 0; j < 500; ++j) const MeasuredPart part(&spans_, "decode", j);
      });
    }
    for (int i = 0; i < 20; ++i) taken += spans_.take_finished().size();
  }
  EXPECT_EQ(taken + spans_.take_finished().size(), 2000U);
}

// A device that answers only once another thread has measured a part.
class SlowToAnswer final : public DelegatingRuntime {
 public:
  using DelegatingRuntime::DelegatingRuntime;
  std::optional<double> seconds_of(const Event& event) const override {
    if (asked) asked();
    return DelegatingRuntime::seconds_of(event);
  }
  std::function<void()> asked;
};

TEST_F(SpanRecorderTest, AThreadThatMeasuresNeverWaitsForADevicesAnswer) {
  SlowToAnswer runtime(*runtime_);
  SpanRecorder spans(runtime);
  { const MeasuredPart part(&spans, "mel", 0, Stream::kData); }
  runtime.asked = [&, first = true]() mutable {
    if (!std::exchange(first, false)) return;
    std::thread([&] { const MeasuredPart part(&spans, "decode", 1); }).join();
  };
  EXPECT_THAT(parts_of(spans.take_finished()), ElementsAre("mel"));
  EXPECT_THAT(parts_of(spans.take_finished()), ElementsAre("decode"));
}

// Events pass when the test says so.
class Unfinished final : public DelegatingRuntime {
 public:
  using DelegatingRuntime::DelegatingRuntime;
  std::optional<double> seconds_of(const Event& event) const override {
    return passed ? DelegatingRuntime::seconds_of(event) : std::nullopt;
  }
  bool passed = false;
};

TEST_F(SpanRecorderTest, WhatIsStillAtWorkIsTakenLaterInItsOrder) {
  Unfinished runtime(*runtime_);
  SpanRecorder spans(runtime);
  { const MeasuredPart part(&spans, "mel", 0, Stream::kData); }
  { const MeasuredPart part(&spans, "decode", 1); }
  EXPECT_THAT(parts_of(spans.take_finished()), ElementsAre("decode"));
  { const MeasuredPart part(&spans, "codes", 0, Stream::kData); }
  runtime.passed = true;
  EXPECT_THAT(parts_of(spans.take_finished()), ElementsAre("mel", "codes"));
}

TEST_F(SpanRecorderTest, WhatFailedIsNotRecorded) {
  try {
    const MeasuredPart part(&spans_, "mel", 0, Stream::kData);
    throw std::runtime_error("failed");
  } catch (const std::runtime_error&) {
  }
  EXPECT_THAT(spans_.take_finished(), IsEmpty());
}

// A device that fails when the test says so.
class Failing final : public DelegatingRuntime {
 public:
  using DelegatingRuntime::DelegatingRuntime;
  Event record_timed(Stream stream) override {
    if (fails) throw std::runtime_error("the device is gone");
    return DelegatingRuntime::record_timed(stream);
  }
  bool fails = false;
};

TEST_F(SpanRecorderTest, ADeviceThatFailsWhenAPartEndsIsToldByTheNextTaking) {
  static_assert(std::is_nothrow_destructible_v<MeasuredPart>);
  Failing runtime(*runtime_);
  SpanRecorder spans(runtime);
  { const MeasuredPart part(&spans, "mel", 0, Stream::kData); }
  {
    const MeasuredPart part(&spans, "codes", 0, Stream::kData);
    runtime.fails = true;
  }
  runtime.fails = false;
  EXPECT_THAT([&] { (void)spans.take_finished(); }, ::testing::ThrowsMessage<std::runtime_error>("the device is gone"));
  EXPECT_THAT(parts_of(spans.take_finished()), ElementsAre("mel"));  // once, and nothing else is lost
}

TEST_F(SpanRecorderTest, NoRecorderMeasuresNothing) {
  { const MeasuredPart part(nullptr, "mel", 0, Stream::kData); }
  EXPECT_THAT(spans_.take_finished(), IsEmpty());
}

TEST(SpanRecorder, ADelayPlantedAtABeginIsThePartsTime) {
  const auto cpu = make_cpu_runtime({});
  ManualClock clock;
  ManualClockRuntime runtime(*cpu, clock);
  PlantedRecorder spans(runtime, clock, {{"mel", 20ms}});
  for (const char* name : {"resample", "mel"}) const MeasuredPart part(&spans, name, 0, Stream::kData);
  const std::vector<core::Span> finished = spans.take_finished();
  ASSERT_THAT(parts_of(finished), ElementsAre("resample", "mel"));
  EXPECT_EQ(finished[0].seconds(), 0);
  EXPECT_EQ(finished[1].seconds(), 0.02);
}

}  // namespace
}  // namespace myxtts::device

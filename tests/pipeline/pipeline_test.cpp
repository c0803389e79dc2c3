#include "pipeline/pipeline.hpp"

#include <c10/util/Exception.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>

#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "device/delegating_runtime.hpp"
#include "device/manual_clock.hpp"
#include "device/role_allocator.hpp"
#include "pipeline/fake_preparation.hpp"
#include "support/await.hpp"
#include "training/training_loop.hpp"

namespace myxtts::pipeline {
namespace {

using namespace std::chrono_literals;
using contracts::Batch;
using contracts::DeviceBatch;
using device::Role;
using support::await;
using test::FakePreparation;
using test::pause;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A pipeline and all that is lent to it.
struct Lines {
  explicit Lines(const PipelineOptions& options, FakePreparation given = {})
      : preparation(std::move(given)), pipeline(*runtime, test::plan_of, preparation, lane, options, spans) {}

  std::unique_ptr<device::DeviceRuntime> runtime = device::make_cpu_runtime({});
  FakePreparation preparation;
  device::SpanRecorder spans{*runtime};
  transfer::TransferLane lane{*runtime, {}, &spans};
  Pipeline pipeline;
};

PipelineOptions options_of(std::int64_t workers, std::int64_t buffer, std::uint64_t end = 40) {
  PipelineOptions options;
  options.workers = workers;
  options.buffer = buffer;
  options.start_delay_seconds = 0;
  options.end_sequence = end;
  return options;
}

// Runs f on a thread of its own and fails where it does not end; f owns all that it uses, as it may be left behind.
void expect_end(const std::string& what, std::function<void()> f) {
  std::packaged_task<void()> task(std::move(f));
  std::future<void> done = task.get_future();
  std::thread thread(std::move(task));
  if (done.wait_for(support::kHangs) != std::future_status::ready) {
    thread.detach();
    FAIL() << what << " never ended";
  }
  thread.join();
  done.get();
}

void expect_prepared_bytes(const DeviceBatch& got, std::uint64_t sequence) {
  FakePreparation preparation;
  Batch expected = preparation.prepare(preparation.decode(test::plan_of(sequence)));
  ASSERT_EQ(got.batch.header.sequence, sequence);
  const auto& a = std::get<contracts::CodecBatch>(got.batch.payload);
  const auto& b = std::get<contracts::CodecBatch>(expected.payload);
  EXPECT_TRUE(torch::equal(a.mels, b.mels)) << sequence;
  EXPECT_TRUE(torch::equal(a.frame_weights, b.frame_weights)) << sequence;
}

// Takes batches until the pipeline throws what it must throw.
template <typename Expected>
std::string failure_of(Lines& lines) {
  try {
    while (auto batch = lines.pipeline.next()) batch->lease.release();
  } catch (const Expected& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another kind of error: " << error.what();
    return {};
  }
  ADD_FAILURE() << "no error";
  return {};
}

FakePreparation::Hook fail_at(std::uint64_t failing) {
  return [failing](std::uint64_t sequence) {
    if (sequence == failing) throw Failure("batch " + std::to_string(sequence));
  };
}

class EveryDepth : public ::testing::TestWithParam<std::tuple<std::int64_t, std::int64_t>> {
 protected:
  [[nodiscard]] PipelineOptions options(std::uint64_t end = 40) const {
    return options_of(std::get<0>(GetParam()), std::get<1>(GetParam()), end);
  }
};

TEST_P(EveryDepth, BatchesComeInOrderWithTheBytesThatWerePrepared) {
  PipelineOptions from_seven = options();
  from_seven.first_sequence = 7;
  const auto uneven = [](std::uint64_t sequence) { pause(std::chrono::milliseconds(sequence * 7 % 4)); };
  Lines lines(from_seven, FakePreparation(uneven, {}));
  for (std::uint64_t sequence = 7; sequence < 40; ++sequence) {
    std::optional<DeviceBatch> batch = lines.pipeline.next();
    ASSERT_TRUE(batch.has_value());
    expect_prepared_bytes(*batch, sequence);
  }
  EXPECT_FALSE(lines.pipeline.next().has_value());
  EXPECT_FALSE(lines.pipeline.next().has_value());
}

TEST_P(EveryDepth, FailureInDecodeReachesTheCaller) {
  expect_end("a failed decode", [options = options()] {
    for (const std::uint64_t failing : {0U, 9U, 39U}) {
      Lines lines(options, FakePreparation(fail_at(failing), {}));
      EXPECT_EQ(failure_of<Failure>(lines), "batch " + std::to_string(failing));
    }
  });
}

TEST_P(EveryDepth, FailureInPrepareReachesTheCaller) {
  expect_end("a failed preparation", [options = options()] {
    for (const std::uint64_t failing : {0U, 9U, 39U}) {
      Lines lines(options, FakePreparation({}, fail_at(failing)));
      EXPECT_EQ(failure_of<Failure>(lines), "batch " + std::to_string(failing));
      EXPECT_THROW((void)lines.pipeline.next(), std::exception);
    }
  });
}

TEST_P(EveryDepth, AnErrorOfTorchNamesItsStageOnceToo) {
  expect_end("a failed preparation", [options = options()] {
    const auto fail = [](std::uint64_t) { TORCH_CHECK(false, "no such operator"); };
    Lines lines(options, FakePreparation({}, fail));
    for (int i = 0; i < 2; ++i) {
      try {
        (void)lines.pipeline.next();
        ADD_FAILURE() << "no error";
      } catch (const c10::Error& error) {
        EXPECT_STREQ(error.what_without_backtrace(), "no such operator (in the stage 'data role')");
      }
    }
  });
}

TEST_P(EveryDepth, FailureInTransferReachesTheCaller) {
  expect_end("a failed transfer", [options = options()] {
    Lines lines(options);
    device::set_cap(Role::kModel, device::live_bytes(Role::kModel) + 1);
    const std::string message = failure_of<core::OutOfMemoryError>(lines);
    EXPECT_THAT(message, AllOf(HasSubstr("model role"), EndsWith(" (in the stage 'transfer')")));
    device::set_cap(Role::kModel, 0);
  });
}

TEST_P(EveryDepth, DestructionEndsAPipelineThatIsFull) {
  expect_end("a full pipeline", [options = options(1000)] {
    Lines lines(options);
    await([&] { return lines.pipeline.buffered() == options.buffer; });
  });
}

TEST_P(EveryDepth, DestructionEndsAPipelineThatWasLeftMidway) {
  expect_end("a pipeline left midway", [options = options(1000)] {
    for (std::uint64_t taken = 0; taken < 6; ++taken) {
      Lines lines(options);
      for (std::uint64_t i = 0; i < taken; ++i) expect_prepared_bytes(*lines.pipeline.next(), i);
    }
  });
}

TEST_P(EveryDepth, DestructionEndsATransferThatWaitsForASlot) {
  expect_end("a transfer without a slot", [options = options(1000)] {
    Lines lines(options);
    std::optional<DeviceBatch> held = lines.pipeline.next();
    await([&] { return lines.pipeline.buffered() == options.buffer; });
    held.reset();
  });
}

INSTANTIATE_TEST_SUITE_P(Pipeline, EveryDepth,
                         ::testing::Combine(::testing::Values<std::int64_t>(0, 1, 4),
                                            ::testing::Values<std::int64_t>(1, 3, 50)));

TEST(Pipeline, DestructionEndsWorkersThatAreAtWork) {
  expect_end("workers at work", [] {
    Lines lines(options_of(4, 3), FakePreparation([](std::uint64_t) { pause(100ms); }, {}));
    pause(20ms);
  });
}

TEST(Pipeline, EndsAtOnceWhereNothingIsPlanned) {
  PipelineOptions options = options_of(2, 3, 5);
  options.first_sequence = 5;
  options.start_delay_seconds = 3600;
  Lines lines(options);
  EXPECT_FALSE(lines.pipeline.next().has_value());
}

TEST(Pipeline, StartsAsSoonAsTheBufferIsFull) {
  expect_end("the start", [] {
    PipelineOptions options = options_of(2, 3);
    options.start_delay_seconds = 3600;
    Lines lines(options);
    expect_prepared_bytes(*lines.pipeline.next(), 0);
  });
}

TEST(Pipeline, StartsWithFewerBatchesThanTheBufferHolds) {
  expect_end("the start of a short stage", [] {
    PipelineOptions options = options_of(1, 50, 30);
    options.start_delay_seconds = 3600;
    Lines lines(options);
    expect_prepared_bytes(*lines.pipeline.next(), 0);
  });
}

TEST(Pipeline, StartsAfterTheDelayWhereTheBufferIsNotFull) {
  std::promise<void> go_on;
  std::shared_future<void> released = go_on.get_future().share();
  const auto stuck = [released](std::uint64_t sequence) {
    if (sequence == 4) released.wait();
  };
  PipelineOptions options = options_of(1, 50);
  options.start_delay_seconds = 0.3;
  Lines lines(options, FakePreparation({}, stuck));
  const core::Stopwatch watch;
  expect_prepared_bytes(*lines.pipeline.next(), 0);
  EXPECT_GE(watch.seconds(), 0.25);
  expect_prepared_bytes(*lines.pipeline.next(), 1);
  go_on.set_value();
}

TEST(Pipeline, BufferedCountsWhatIsReadyAndNotTaken) {
  Lines lines(options_of(1, 5));
  await([&] { return lines.pipeline.buffered() == 5; });
  for (int i = 0; i < 40; ++i) lines.pipeline.next()->lease.release();
  EXPECT_EQ(lines.pipeline.buffered(), 0);
}

TEST(Pipeline, SpansHaveEveryPartOfEveryBatch) {
  for (const std::int64_t workers : {0, 3}) {
    PipelineOptions options = options_of(workers, 3, 47);
    options.first_sequence = 7;
    Lines lines(options, FakePreparation([](std::uint64_t) { pause(2ms); }, [](std::uint64_t) { pause(1ms); }));
    while (auto batch = lines.pipeline.next()) batch->lease.release();
    std::map<std::string, std::map<std::uint64_t, double>> parts;
    for (const core::Span& span : lines.spans.take_finished()) parts[span.part][span.sequence] = span.seconds();
    for (const char* part : {"decode", "prepare", "transfer"}) {
      ASSERT_EQ(parts[part].size(), 40U) << part;
      EXPECT_EQ(parts[part].begin()->first, 7U) << part;
    }
    for (const auto& [sequence, seconds] : parts["prepare"]) {
      EXPECT_GE(seconds, workers == 0 ? 0.003 : 0.001);  // without workers the data role decodes
    }
  }
}

// What both roles have begun or done so far, and the clock that each of them moves.
struct Progress {
  device::ManualClock clock;
  std::atomic<std::uint64_t> waits = 0;  // that the model role has begun
  std::atomic<std::uint64_t> steps = 0;  // that the model role has begun
  std::atomic<std::uint64_t> prepared = 0;
};

class WaitCounter final : public device::SpanRecorder {
 public:
  WaitCounter(device::DeviceRuntime& runtime, Progress& progress) : SpanRecorder(runtime), progress_(progress) {}

 protected:
  void on_begin(std::string_view part) override {
    if (part == "wait") ++progress_.waits;
  }

 private:
  Progress& progress_;
};

// A step that learns nothing.
class FakeLearner final : public contracts::Learner {
 public:
  explicit FakeLearner(std::function<void()> on_step) : on_step_(std::move(on_step)) {}
  void accumulate(const DeviceBatch&) override { on_step_(); }
  contracts::PendingStep update(std::int64_t) override { return {torch::zeros({2}), {"grad_norm", "found_inf"}, 0}; }
  core::Losses evaluate(const DeviceBatch&) override { return {}; }
  core::Losses combine(const core::Losses&) const override { return {}; }
  void save(contracts::TrainState&) const override {}
  void load(const contracts::TrainState&) override {}
  void load_weights(const contracts::TrainState&) override {}
  std::vector<torch::Tensor> trained_parameters() const override { return {}; }

 private:
  std::function<void()> on_step_;
};

constexpr std::uint64_t kSteps = 20;

double stall_seconds(Progress& progress, FakePreparation::Hook on_prepare, std::function<void()> on_step) {
  const auto cpu = device::make_cpu_runtime({});
  device::ManualClockRuntime runtime(*cpu, progress.clock);
  WaitCounter spans(runtime, progress);
  FakePreparation preparation({}, std::move(on_prepare));
  transfer::TransferLane lane(runtime, {}, &spans);
  Pipeline pipeline(runtime, test::plan_of, preparation, lane, options_of(1, 3, kSteps), spans);
  FakeLearner learner(std::move(on_step));
  training::LoopOptions options;
  options.last_step = kSteps;
  training::LoopServices services;
  services.spans = &spans;
  contracts::StageProgress stage;
  stage.planned_steps = kSteps;
  return training::TrainingLoop(runtime, learner, pipeline, options, services).run(stage).stall_seconds;
}

TEST(Pipeline, StallIsCountedWhereDataIsLate) {
  Progress progress;
  const auto late = [&](std::uint64_t sequence) {
    await([&] { return progress.waits > sequence; });
    progress.clock.advance(20ms);
  };
  EXPECT_NEAR(stall_seconds(progress, late, [] {}), 0.02 * (kSteps - 1), 1e-9);  // the first is the start
}

// Each batch but the first is made while the model role is in the step before.
TEST(Pipeline, NoStallIsCountedWhereTheStepIsTheSlowPart) {
  Progress progress;
  const auto prepare = [&](std::uint64_t sequence) {
    await([&] { return progress.steps >= sequence; });
    progress.clock.advance(5ms);
    ++progress.prepared;
  };
  const auto step = [&] {
    const std::uint64_t next = ++progress.steps;
    await([&] { return progress.prepared > std::min(next, kSteps - 1); });
    progress.clock.advance(20ms);
  };
  EXPECT_EQ(stall_seconds(progress, prepare, step), 0);
  EXPECT_NEAR(progress.clock.seconds(), 0.025 * kSteps, 1e-9);
}

// Notes at which priority the last copy was made, and counts the batches that the host has not waited for.
class NotingRuntime final : public device::DelegatingRuntime {
 public:
  using DelegatingRuntime::DelegatingRuntime;

  void copy_async(const torch::Tensor& destination, const torch::Tensor& source) override {
    copy_niceness = getpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)));
    DelegatingRuntime::copy_async(destination, source);
  }
  device::Event record(device::Stream stream) override {
    if (stream != device::Stream::kData) return {};
    ++recorded_;
    return device::Event(std::make_shared<device::Event::State>());
  }
  void wait_on_host(const device::Event& event) override { waits_ += event.state() != nullptr ? 1 : 0; }
  [[nodiscard]] int ahead() const { return recorded_ - waits_; }

  std::atomic<int> copy_niceness = 0;

 private:
  std::atomic<int> recorded_ = 0;
  std::atomic<int> waits_ = 0;
};

TEST(Pipeline, ACopyHasThePriorityOfTheModelWhichWaitsForIt) {
  const auto cpu = device::make_cpu_runtime({});
  NotingRuntime runtime(*cpu);
  FakePreparation preparation;
  device::SpanRecorder spans(runtime);
  transfer::TransferLane lane(runtime, {});
  Pipeline pipeline(runtime, test::plan_of, preparation, lane, options_of(0, 2, 3), spans);
  while (auto batch = pipeline.next()) batch->lease.release();
  EXPECT_EQ(runtime.copy_niceness, getpriority(PRIO_PROCESS, static_cast<id_t>(getpid())));
}

// What is not made yet keeps its recordings in page-locked memory.
TEST(Pipeline, TheDataRolesThreadIsNeverFarAheadOfItsDevice) {
  const auto cpu = device::make_cpu_runtime({});
  NotingRuntime runtime(*cpu);
  std::atomic<int> max_ahead = 0;
  FakePreparation preparation({}, [&](std::uint64_t) { max_ahead = std::max<int>(max_ahead, runtime.ahead()); });
  device::SpanRecorder spans(runtime);
  transfer::TransferLane lane(runtime, {});
  Pipeline pipeline(runtime, test::plan_of, preparation, lane, options_of(0, 20, 20), spans);
  while (auto batch = pipeline.next()) batch->lease.release();
  EXPECT_LE(max_ahead, 2);
}

}  // namespace
}  // namespace myxtts::pipeline

// Random pipelines: several workers, a lane and a trainer with random capacities and disturbances; some fail, some are
// stopped. Each must end, and end as it should.

#include <gtest/gtest.h>

#include <atomic>

#include "concurrency/channel.hpp"
#include "concurrency/stage_group.hpp"
#include "concurrency/waiting.hpp"

namespace myxtts::concurrency {
namespace {

enum class Ending { kFinish, kFailedWorker, kFailedLane, kFailedTrainer, kStop };

class RandomPipeline {
 public:
  RandomPipeline(std::uint64_t schedule, Ending ending)
      : schedule_(schedule),
        ending_(ending),
        shape_(schedule, 0),
        items_(1 + shape_.below(24)),
        ends_at_(shape_.below(items_)),
        workers_(1 + shape_.below(4)),
        prepared_(1 + shape_.below(5)),
        moved_(1 + shape_.below(3)) {
    group_.add_channel(prepared_);
    group_.add_channel(moved_);
    prepared_.finish(items_);
  }

  void run() {
    for (std::uint64_t worker = 0; worker < workers_; ++worker) {
      group_.run("worker", [this, worker](std::stop_token) { prepare(3 + worker); });
    }
    group_.run("lane", [this](std::stop_token) { move_items(); });
    group_.run_here("trainer", [this](std::stop_token) { train(); });
    group_.join();
  }

  std::uint64_t items() const { return items_; }
  std::uint64_t trained() const { return trained_; }
  std::string failed_stage() const { return group_.failed_stage(); }

 private:
  void end_here(Ending ending, std::uint64_t sequence) {
    if (ending != ending_ || sequence != ends_at_) return;
    if (ending == Ending::kStop) {
      group_.stop();
    } else {
      throw core::DataError("the end of this schedule");
    }
  }

  void prepare(std::uint64_t thread) {
    Disturbance disturb(schedule_, thread);
    for (std::uint64_t sequence = next_++; sequence < items_; sequence = next_++) {
      disturb();
      auto permit = prepared_.reserve(sequence);
      disturb();
      end_here(Ending::kFailedWorker, sequence);
      permit.send(sequence);
    }
  }

  void move_items() {
    Disturbance disturb(schedule_, 1);
    for (std::uint64_t sequence = 0;; ++sequence) {
      auto permit = moved_.reserve(sequence);
      const auto item = prepared_.receive();
      if (!item) {
        moved_.finish(sequence);
        return;
      }
      disturb();
      end_here(Ending::kFailedLane, sequence);
      permit.send(*item);
    }
  }

  void train() {
    Disturbance disturb(schedule_, 2);
    while (const auto item = moved_.receive()) {
      EXPECT_EQ(*item, trained_);
      disturb();
      end_here(Ending::kFailedTrainer, *item);
      end_here(Ending::kStop, *item);
      ++trained_;
    }
  }

  std::uint64_t schedule_;
  Ending ending_;
  Disturbance shape_;
  std::uint64_t items_;
  std::uint64_t ends_at_;
  std::uint64_t workers_;
  std::atomic<std::uint64_t> next_{0};
  std::uint64_t trained_ = 0;
  Channel<std::uint64_t> prepared_;
  Channel<std::uint64_t> moved_;
  StageGroup group_;
};

constexpr std::uint64_t kSchedules = 1500;

TEST(RandomSchedules, EveryItemArrivesInOrder) {
  for (std::uint64_t schedule = 0; schedule < kSchedules; ++schedule) {
    RandomPipeline pipeline(schedule, Ending::kFinish);
    pipeline.run();
    ASSERT_EQ(pipeline.trained(), pipeline.items()) << "schedule " << schedule;
  }
}

TEST(RandomSchedules, EveryFailureIsToldWithItsStage) {
  constexpr std::pair<Ending, const char*> kFailures[] = {
      {Ending::kFailedWorker, "worker"}, {Ending::kFailedLane, "lane"}, {Ending::kFailedTrainer, "trainer"}};
  for (std::uint64_t schedule = 0; schedule < kSchedules; ++schedule) {
    const auto& [ending, stage] = kFailures[schedule % 3];
    RandomPipeline pipeline(schedule, ending);
    ASSERT_THROW(pipeline.run(), core::DataError) << "schedule " << schedule;
    ASSERT_EQ(pipeline.failed_stage(), stage) << "schedule " << schedule;
  }
}

TEST(RandomSchedules, EveryStopEndsWithoutFailure) {
  for (std::uint64_t schedule = 0; schedule < kSchedules; ++schedule) {
    RandomPipeline pipeline(schedule, Ending::kStop);
    ASSERT_NO_THROW(pipeline.run()) << "schedule " << schedule;
    ASSERT_LE(pipeline.trained(), pipeline.items());
  }
}

}  // namespace
}  // namespace myxtts::concurrency

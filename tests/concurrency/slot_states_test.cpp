#include "concurrency/slot_states.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>

#include "concurrency/channel.hpp"
#include "concurrency/stage_group.hpp"
#include "concurrency/waiting.hpp"

namespace myxtts::concurrency {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

void fill_and_take(SlotStates& slots, std::size_t slot) {
  slots.mark_ready(slot);
  slots.take(slot);
}

TEST(SlotStates, ASlotGoesRoundThroughItsStates) {
  SlotStates slots(2);
  EXPECT_EQ(slots.state(0), SlotState::kFree);
  const std::size_t slot = slots.acquire_free();
  EXPECT_EQ(slots.state(slot), SlotState::kFilling);
  slots.mark_ready(slot);
  EXPECT_EQ(slots.state(slot), SlotState::kReady);
  slots.take(slot);
  EXPECT_EQ(slots.state(slot), SlotState::kInUse);
  slots.release(slot, [] {});
  EXPECT_EQ(slots.state(slot), SlotState::kDraining);
}

TEST(SlotStates, ReleaseWithoutAnEventFreesAtOnce) {
  SlotStates slots(1);
  fill_and_take(slots, slots.acquire_free());
  slots.release(0);
  EXPECT_EQ(slots.state(0), SlotState::kFree);
}

TEST(SlotStates, AnAbandonedSlotIsFreeForWhoeverWaits) {
  SlotStates slots(1);
  (void)slots.acquire_free();
  auto next = std::async(std::launch::async, [&] { return slots.acquire_free(); });
  EXPECT_EQ(next.wait_for(5ms), std::future_status::timeout);
  slots.abandon(0);
  EXPECT_EQ(next.get(), 0U);
  slots.mark_ready(0);
  EXPECT_THROW(slots.abandon(0), std::logic_error);
}

TEST(SlotStates, SlotStaysDrainingUntilItsEventHasCompleted) {
  SlotStates slots(1);
  fill_and_take(slots, slots.acquire_free());
  std::latch step_finished(1);
  slots.release(0, [&] { step_finished.wait(); });
  auto next = std::async(std::launch::async, [&] { return slots.acquire_free(); });
  EXPECT_EQ(next.wait_for(5ms), std::future_status::timeout);
  EXPECT_EQ(slots.state(0), SlotState::kDraining);
  step_finished.count_down();
  EXPECT_EQ(next.get(), 0U);
  EXPECT_EQ(slots.state(0), SlotState::kFilling);
}

TEST(SlotStates, AFreeSlotIsTakenBeforeOneThatDrains) {
  SlotStates slots(2);
  fill_and_take(slots, slots.acquire_free());
  bool waited = false;
  slots.release(0, [&] { waited = true; });
  EXPECT_EQ(slots.acquire_free(), 1U);
  EXPECT_FALSE(waited);
}

TEST(SlotStates, TheSlotReleasedFirstIsUsedFirst) {
  SlotStates slots(3);
  for (int i = 0; i < 3; ++i) fill_and_take(slots, slots.acquire_free());
  for (const std::size_t slot : {2U, 0U, 1U}) slots.release(slot, [] {});
  EXPECT_EQ(slots.acquire_free(), 2U);
  EXPECT_EQ(slots.acquire_free(), 0U);
  EXPECT_EQ(slots.acquire_free(), 1U);
}

TEST(SlotStates, CancelWakesABlockedAcquire) {
  SlotStates slots(1);
  (void)slots.acquire_free();
  auto lane = std::async(std::launch::async, [&] { return slots.acquire_free(); });
  EXPECT_EQ(lane.wait_for(5ms), std::future_status::timeout);
  slots.cancel();
  EXPECT_THROW(lane.get(), Cancelled);
}

TEST(SlotStates, SlotsCanBeGivenBackAfterCancel) {
  SlotStates slots(1);
  fill_and_take(slots, slots.acquire_free());
  slots.cancel();
  EXPECT_NO_THROW(slots.release(0));
  EXPECT_THROW((void)slots.acquire_free(), Cancelled);
}

TEST(SlotStates, FailedEventLeavesTheSlotOutOfUse) {
  SlotStates slots(2);
  fill_and_take(slots, slots.acquire_free());
  fill_and_take(slots, slots.acquire_free());
  slots.release(0, [] { throw core::DeviceError("lost"); });
  EXPECT_THROW((void)slots.acquire_free(), core::DeviceError);
  slots.release(1);
  EXPECT_EQ(slots.acquire_free(), 1U);
  EXPECT_EQ(slots.state(0), SlotState::kDraining);
}

// Every pair of state and call, against the table of the header.
TEST(SlotStates, IllegalTransitionsNameBothStates) {
  struct Call {
    SlotState from, to;
    void (*call)(SlotStates&);
  };
  const Call calls[] = {{SlotState::kFilling, SlotState::kReady, [](SlotStates& slots) { slots.mark_ready(0); }},
                        {SlotState::kReady, SlotState::kInUse, [](SlotStates& slots) { slots.take(0); }},
                        {SlotState::kInUse, SlotState::kDraining, [](SlotStates& slots) { slots.release(0, [] {}); }},
                        {SlotState::kInUse, SlotState::kFree, [](SlotStates& slots) { slots.release(0); }}};
  for (int steps = 0; steps <= 4; ++steps) {
    for (const Call& call : calls) {
      SlotStates slots(1);
      if (steps > 0) (void)slots.acquire_free();
      for (int i = 0; i < steps - 1; ++i) calls[i].call(slots);
      const SlotState state = slots.state(0);
      if (state == call.from) {
        EXPECT_NO_THROW(call.call(slots));
        EXPECT_EQ(slots.state(0), call.to);
        continue;
      }
      try {
        call.call(slots);
        ADD_FAILURE() << name_of(state) << " -> " << name_of(call.to) << " was allowed";
      } catch (const std::logic_error& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr(std::string(name_of(state))), HasSubstr(std::string(name_of(call.to)))));
      }
      EXPECT_EQ(slots.state(0), state);
    }
  }
}

TEST(SlotStates, UnknownSlotAndNoSlotsAreRefused) {
  SlotStates slots(1);
  EXPECT_THROW(slots.mark_ready(1), std::logic_error);
  EXPECT_THROW(SlotStates(0), std::invalid_argument);
}

// One lane fills slots, and now and then gives a filling up; one trainer starts steps that read them and releases them
// before those have run, as a GPU's stream does. The memory is plain, so that the thread sanitizer sees an overwriting
// too.
class LaneAndTrainer {
 public:
  explicit LaneAndTrainer(std::uint64_t schedule)
      : schedule_(schedule),
        shape_(schedule, 0),
        slots_(1 + shape_.below(3)),
        memory_(slots_.count(), 0),
        filled_(slots_.count()) {}

  std::uint64_t run() {
    StageGroup group;
    group.add_channel(slots_);
    group.add_channel(filled_);
    group.run("lane", [this](std::stop_token) { fill_slots(); });
    group.run_here("trainer", [this](std::stop_token) { use_slots(); });
    group.join();
    return steps_read_right_;
  }

  static constexpr std::uint64_t kSteps = 12;

 private:
  struct Step {
    std::uint64_t number;
    std::size_t slot;
    std::shared_ptr<std::latch> finished;
  };

  void fill_slots() {
    Disturbance disturb(schedule_, 1);
    for (std::uint64_t step = 0; step < kSteps; ++step) {
      auto permit = filled_.reserve(step);
      std::size_t slot = slots_.acquire_free();
      while (disturb.below(6) == 0) {
        memory_[slot] = 0;  // a copy that failed
        slots_.abandon(slot);
        slot = slots_.acquire_free();
      }
      memory_[slot] = step + 1;
      disturb();
      slots_.mark_ready(slot);
      permit.send(slot);
    }
    filled_.finish(kSteps);
  }

  void use_slots() {
    Disturbance disturb(schedule_, 2);
    std::deque<Step> started;
    for (std::uint64_t number = 1; const auto slot = filled_.receive(); ++number) {
      slots_.take(*slot);
      const auto finished = std::make_shared<std::latch>(1);
      slots_.release(*slot, [finished] { finished->wait(); });
      started.push_back({number, *slot, finished});
      // One slot must stay for the lane, or it would wait for a step that waits for the lane.
      while (started.size() > disturb.below(slots_.count())) {
        disturb();
        execute(started.front());
        started.pop_front();
      }
    }
    for (const Step& step : started) execute(step);
  }

  void execute(const Step& step) {
    if (memory_[step.slot] == step.number) ++steps_read_right_;
    step.finished->count_down();
  }

  std::uint64_t schedule_;
  Disturbance shape_;
  SlotStates slots_;
  std::vector<std::uint64_t> memory_;
  Channel<std::size_t> filled_;
  std::uint64_t steps_read_right_ = 0;
};

TEST(SlotStatesRandomSchedules, ASlotIsNeverOverwrittenWhileInUse) {
  for (std::uint64_t schedule = 0; schedule < 10'000; ++schedule) {
    ASSERT_EQ(LaneAndTrainer(schedule).run(), LaneAndTrainer::kSteps) << "schedule " << schedule;
  }
}

}  // namespace
}  // namespace myxtts::concurrency

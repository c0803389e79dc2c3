#include "concurrency/stage_group.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <system_error>

#include "concurrency/channel.hpp"
#include "concurrency/slot_states.hpp"
#include "concurrency/waiting.hpp"

namespace myxtts::concurrency {
namespace {

using Numbers = Channel<std::uint64_t>;

// producer -> middle -> consumer over endless numbers; what a test does to one of them it says by these.
struct ThreeStages {
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  std::uint64_t producer_fails_at = kNever;
  std::uint64_t middle_fails_at = kNever;
  std::uint64_t consumer_fails_at = kNever;
  std::uint64_t consumer_pauses_at = kNever;  // until the stop
  std::uint64_t producer_pauses_at = kNever;

  Numbers made{2};
  Numbers moved{2};
  std::atomic<std::uint64_t> consumed{0};
  StageGroup group;  // last: it ends before its channels do

  static void fail_at(std::uint64_t sequence, std::uint64_t failing) {
    if (sequence == failing) throw core::OutOfMemoryError("no memory");
  }
  static void pause_at(std::uint64_t sequence, std::uint64_t pausing, const std::stop_token& stop) {
    if (sequence == pausing) await([&] { return stop.stop_requested(); });
  }

  void start() {
    group.add_channel(made);
    group.add_channel(moved);
    group.run("producer", [this](std::stop_token stop) {
      for (std::uint64_t sequence = 0;; ++sequence) {
        auto permit = made.reserve(sequence);
        fail_at(sequence, producer_fails_at);
        pause_at(sequence, producer_pauses_at, stop);
        permit.send(sequence);
      }
    });
    group.run("middle", [this](std::stop_token) {
      for (std::uint64_t sequence = 0;; ++sequence) {
        auto permit = moved.reserve(sequence);
        const auto item = made.receive();
        fail_at(sequence, middle_fails_at);
        permit.send(*item);
      }
    });
    group.run("consumer", [this](std::stop_token stop) {
      for (std::uint64_t sequence = 0;; ++sequence) {
        pause_at(sequence, consumer_pauses_at, stop);
        EXPECT_EQ(moved.receive(), sequence);
        fail_at(sequence, consumer_fails_at);
        ++consumed;
      }
    });
  }

  void expect_failure_of(const std::string& stage) {
    start();
    EXPECT_THROW(group.join(), core::OutOfMemoryError);  // the kind decides the exit code
    EXPECT_EQ(group.failed_stage(), stage);
  }
};

TEST(StageGroup, FailedProducerEndsAllAndIsNamed) {
  ThreeStages stages;
  stages.producer_fails_at = 20;
  stages.expect_failure_of("producer");
  EXPECT_LE(stages.consumed, 20U);
}

TEST(StageGroup, FailedMiddleStageEndsAllAndIsNamed) {
  ThreeStages stages;
  stages.middle_fails_at = 20;
  stages.expect_failure_of("middle");
}

TEST(StageGroup, FailedConsumerWakesBlockedProducer) {
  ThreeStages stages;
  stages.consumer_fails_at = 20;
  stages.expect_failure_of("consumer");
  EXPECT_EQ(stages.consumed, 20U);
}

TEST(StageGroup, FailureAtTheFirstItemIsToldAsTheLast) {
  ThreeStages stages;
  stages.middle_fails_at = 0;
  stages.expect_failure_of("middle");
}

TEST(StageGroup, StopWhileFullIsNoFailure) {
  ThreeStages stages;
  stages.consumer_pauses_at = 5;
  stages.start();
  await([&] { return stages.made.ready() == 2 && stages.moved.ready() == 2; });
  let_others_block();
  stages.group.stop();
  EXPECT_NO_THROW(stages.group.join());
  EXPECT_EQ(stages.group.failed_stage(), "");
}

TEST(StageGroup, StopWhileEmptyIsNoFailure) {
  ThreeStages stages;
  stages.producer_pauses_at = 5;
  stages.start();
  await([&] { return stages.consumed == 5; });
  let_others_block();
  stages.group.stop();
  EXPECT_NO_THROW(stages.group.join());
}

TEST(StageGroup, DestructorStopsAndJoinsWhenJoinWasForgotten) {
  ThreeStages stages;
  stages.start();
  await([&] { return stages.consumed > 5; });
}

TEST(StageGroup, DestructorSwallowsAFailureNobodyAskedFor) {
  ThreeStages stages;
  stages.producer_fails_at = 0;
  stages.start();
}

TEST(StageGroup, FirstFailureWins) {
  StageGroup group;
  group.run("late", [](std::stop_token stop) {
    await([&] { return stop.stop_requested(); });
    throw core::ConfigError("late");
  });
  group.run("early", [](std::stop_token) { throw core::DataError("early"); });
  EXPECT_THROW(group.join(), core::DataError);
  EXPECT_EQ(group.failed_stage(), "early");
}

TEST(StageGroup, TheErrorNamesTheStageAndKeepsItsTypeAndExitCode) {
  StageGroup group;
  group.run("transfer", [](std::stop_token) { throw core::OutOfMemoryError("no memory"); });
  try {
    group.join();
    FAIL() << "nothing was thrown";
  } catch (const core::Error& error) {
    EXPECT_STREQ(error.what(), "no memory (in the stage 'transfer')");
    EXPECT_EQ(error.exit_code(), core::OutOfMemoryError("").exit_code());
  }
}

TEST(StageGroup, AnErrorThatIsNotOursIsAsItWas) {
  StageGroup group;
  group.run("transfer", [](std::stop_token) { throw std::out_of_range("no such batch"); });
  EXPECT_THAT([&] { group.join(); }, ::testing::ThrowsMessage<std::out_of_range>("no such batch"));
  EXPECT_EQ(group.failed_stage(), "transfer");
}

TEST(StageGroup, FailureThatIsNoStandardExceptionIsKept) {
  StageGroup group;
  group.run("odd", [](std::stop_token) { throw 7; });
  EXPECT_THROW(group.join(), int);
}

TEST(StageGroup, CauseReplacesTheForgottenPermitItLeft) {
  Numbers channel(1);
  StageGroup group;
  std::atomic<bool> symptom_was_thrown{false};
  struct UnwindsLate {  // destroyed after the permit: holds the cause back until the symptom has been recorded
    std::stop_token stop;
    ~UnwindsLate() {
      await([this] { return stop.stop_requested(); });
    }
  };
  group.add_channel(channel);
  group.run("consumer", [&](std::stop_token) {
    try {
      (void)channel.receive();
    } catch (const UnsentPermit&) {
      symptom_was_thrown = true;
      throw;
    }
  });
  group.run("producer", [&](std::stop_token stop) {
    const UnwindsLate late{stop};
    auto permit = channel.reserve(0);
    throw core::DataError("unreadable");
  });
  EXPECT_THROW(group.join(), core::DataError);
  EXPECT_EQ(group.failed_stage(), "producer");
  EXPECT_TRUE(symptom_was_thrown);
}

TEST(StageGroup, ForgottenPermitAloneIsAFailure) {
  Numbers channel(1);
  StageGroup group;
  group.add_channel(channel);
  group.run("consumer", [&](std::stop_token) { (void)channel.receive(); });
  group.run("producer", [&](std::stop_token) { auto forgotten = channel.reserve(0); });
  EXPECT_THROW(group.join(), UnsentPermit);
}

TEST(StageGroup, FailureOnTheCallersThreadEndsTheOthers) {
  ThreeStages stages;
  stages.consumer_pauses_at = 0;
  stages.start();
  stages.group.run_here("trainer", [](std::stop_token) { throw core::DivergenceError("loss is not finite"); });
  EXPECT_THROW(stages.group.join(), core::DivergenceError);
  EXPECT_EQ(stages.group.failed_stage(), "trainer");
}

TEST(StageGroup, StagesThatFinishAreJoinedWithoutStop) {
  Numbers channel(2);
  StageGroup group;
  std::uint64_t sum = 0;
  group.add_channel(channel);
  group.run("producer", [&](std::stop_token) {
    for (std::uint64_t sequence = 0; sequence < 100; ++sequence) channel.reserve(sequence).send(sequence);
    channel.finish(100);
  });
  group.run("consumer", [&](std::stop_token stop) {
    while (const auto item = channel.receive()) sum += *item;
    EXPECT_FALSE(stop.stop_requested());
  });
  group.join();
  EXPECT_EQ(sum, 4950U);
}

TEST(StageGroup, ChannelAddedAfterTheStopIsCancelled) {
  Numbers channel(1);
  StageGroup group;
  group.stop();
  group.add_channel(channel);
  EXPECT_THROW((void)channel.receive(), Cancelled);
}

TEST(StageGroup, StopWakesALaneThatWaitsForASlot) {
  SlotStates slots(1);
  StageGroup group;
  group.add_channel(slots);
  (void)slots.acquire_free();
  std::atomic<bool> acquired{false};
  group.run("lane", [&](std::stop_token) {
    (void)slots.acquire_free();
    acquired = true;
  });
  let_others_block();
  group.stop();
  EXPECT_NO_THROW(group.join());
  EXPECT_FALSE(acquired);
}

}  // namespace
}  // namespace myxtts::concurrency

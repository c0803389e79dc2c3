#include "concurrency/channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <type_traits>

#include "concurrency/waiting.hpp"

namespace myxtts::concurrency {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using Numbers = Channel<int>;

static_assert(std::is_move_constructible_v<Numbers::Permit> && std::is_move_assignable_v<Numbers::Permit>);
static_assert(!std::is_copy_constructible_v<Numbers::Permit>);

void send(Numbers& channel, std::uint64_t sequence) { channel.reserve(sequence).send(static_cast<int>(sequence)); }

// A call on another thread that should be blocked by now.
template <class Call>
auto blocked(Call call) {
  auto result = std::async(std::launch::async, std::move(call));
  EXPECT_EQ(result.wait_for(5ms), std::future_status::timeout);
  return result;
}

TEST(Channel, DeliversInSequenceOrderWhateverIsSentFirst) {
  Numbers channel(3);
  auto first = channel.reserve(0);
  auto second = channel.reserve(1);
  auto third = channel.reserve(2);
  third.send(2);
  first.send(0);
  EXPECT_EQ(channel.ready(), 2U);
  second.send(1);
  for (int expected = 0; expected < 3; ++expected) EXPECT_EQ(channel.receive(), expected);
}

TEST(Channel, MovesItemsThatCannotBeCopied) {
  Channel<std::unique_ptr<int>> channel(1);
  channel.reserve(0).send(std::make_unique<int>(7));
  EXPECT_EQ(**channel.receive(), 7);
}

TEST(Channel, NoCapacityIsRefused) { EXPECT_THROW(Numbers(0), std::invalid_argument); }

TEST(Channel, FullChannelBlocksReserveUntilAnItemIsReceived) {
  Numbers channel(2);
  send(channel, 0);
  auto outstanding = channel.reserve(1);  // reserved counts as well as ready
  auto third = blocked([&] { send(channel, 2); });
  EXPECT_EQ(channel.receive(), 0);
  third.get();
  outstanding.send(1);
  EXPECT_EQ(channel.receive(), 1);
  EXPECT_EQ(channel.receive(), 2);
}

TEST(Channel, ReserveIsGrantedInSequenceOrder) {
  Numbers channel(4);
  auto later = blocked([&] { send(channel, 1); });
  send(channel, 0);
  later.get();
  EXPECT_EQ(channel.ready(), 2U);
}

TEST(Channel, OutOfOrderWorkersDoNotDeadlock) {
  Numbers channel(2);
  std::atomic<std::uint64_t> next{0};
  std::vector<std::jthread> workers;
  for (int worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&] {
      for (std::uint64_t sequence = next++; sequence < 40; sequence = next++) {
        auto permit = channel.reserve(sequence);
        if (sequence % 4 == 0) std::this_thread::sleep_for(1ms);  // the one that the consumer waits for is the slow one
        permit.send(static_cast<int>(sequence));
      }
    });
  }
  for (int expected = 0; expected < 40; ++expected) ASSERT_EQ(channel.receive(), expected);
}

TEST(Channel, ASequenceIsReservedOnce) {
  Numbers channel(2);
  send(channel, 0);
  EXPECT_THROW((void)channel.reserve(0), std::logic_error);
}

TEST(Channel, APermitSendsOnce) {
  Numbers channel(2);
  auto permit = channel.reserve(0);
  permit.send(0);
  EXPECT_THROW(permit.send(0), std::logic_error);
}

TEST(Channel, FinishDeliversTheRest) {
  Numbers channel(3);
  send(channel, 0);
  auto in_the_making = channel.reserve(1);
  channel.finish(2);
  EXPECT_EQ(channel.receive(), 0);
  auto last = blocked([&] { return channel.receive(); });
  in_the_making.send(1);
  EXPECT_EQ(last.get(), 1);
  EXPECT_EQ(channel.receive(), std::nullopt);
  EXPECT_EQ(channel.receive(), std::nullopt);
}

TEST(Channel, FinishWakesABlockedReceiver) {
  Numbers channel(3);
  auto end = blocked([&] { return channel.receive(); });
  channel.finish(0);
  EXPECT_EQ(end.get(), std::nullopt);
}

TEST(Channel, FinishEndsThoseWhoWorkPastTheEnd) {
  Numbers channel(2);
  send(channel, 0);
  {
    auto past_the_end = channel.reserve(1);
    auto far_past_the_end = blocked([&] { send(channel, 2); });
    channel.finish(1);
    EXPECT_THROW(far_past_the_end.get(), Cancelled);
  }  // a permit past the end need not send
  EXPECT_EQ(channel.ready(), 1U);
  EXPECT_EQ(channel.receive(), 0);
  EXPECT_EQ(channel.receive(), std::nullopt);
}

TEST(Channel, ItemsPastTheEndAreNotReady) {
  Numbers channel(2);
  send(channel, 0);
  send(channel, 1);
  channel.finish(1);
  EXPECT_EQ(channel.ready(), 1U);
}

TEST(Channel, CancelWakesABlockedReserve) {
  Numbers channel(1);
  send(channel, 0);
  auto producer = blocked([&] { send(channel, 1); });
  channel.cancel();
  EXPECT_THROW(producer.get(), Cancelled);
}

TEST(Channel, CancelWakesABlockedReceive) {
  Numbers channel(1);
  auto consumer = blocked([&] { return channel.receive(); });
  channel.cancel();
  EXPECT_THROW(consumer.get(), Cancelled);
}

TEST(Channel, CancelDropsItemsAndPermits) {
  Numbers channel(2);
  send(channel, 0);
  auto late = channel.reserve(1);
  auto unsent = std::make_unique<Numbers::Permit>(std::move(late));
  channel.cancel();
  unsent.reset();
  EXPECT_EQ(channel.ready(), 0U);
  EXPECT_THROW((void)channel.receive(), Cancelled);
  EXPECT_THROW((void)channel.reserve(2), Cancelled);
}

TEST(Channel, SendAfterCancelDropsTheItem) {
  Numbers channel(1);
  auto late = channel.reserve(0);
  channel.cancel();
  late.send(0);
  EXPECT_EQ(channel.ready(), 0U);
}

TEST(Channel, CancelDestroysItemsOutsideItsLock) {
  struct AsksItsChannel {
    Channel<std::shared_ptr<AsksItsChannel>>* channel;
    ~AsksItsChannel() { (void)channel->ready(); }  // would deadlock under the lock
  };
  Channel<std::shared_ptr<AsksItsChannel>> channel(1);
  channel.reserve(0).send(std::make_shared<AsksItsChannel>(AsksItsChannel{&channel}));
  channel.cancel();
  EXPECT_EQ(channel.ready(), 0U);
}

TEST(Channel, ForgottenPermitFailsABlockedReceive) {
  Numbers channel(2);
  auto permit = std::make_unique<Numbers::Permit>(channel.reserve(0));
  auto consumer = blocked([&] { return channel.receive(); });
  permit.reset();
  try {
    (void)consumer.get();
    FAIL() << "the forgotten permit was not told";
  } catch (const core::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("'0'"));
  }
}

TEST(Channel, ForgottenPermitFailsABlockedReserve) {
  Numbers channel(1);
  auto permit = std::make_unique<Numbers::Permit>(channel.reserve(0));
  auto producer = blocked([&] { send(channel, 1); });
  permit.reset();
  EXPECT_THROW(producer.get(), UnsentPermit);
}

TEST(Channel, ReplacedPermitIsForgottenAndAMovedOneIsNot) {
  Numbers channel(2);
  auto first = channel.reserve(0);
  auto moved = std::move(first);
  EXPECT_EQ(moved.sequence(), 0U);
  EXPECT_NO_THROW((void)channel.ready());
  moved = channel.reserve(1);
  EXPECT_THROW((void)channel.receive(), UnsentPermit);
}

// Goes on until enough waits were seen: on a busy machine the other thread may come too late for one.
TEST(Channel, SlowConsumerIsSeenAsAFullChannel) {
  Numbers channel(1);
  const core::Stopwatch watch;
  std::jthread producer([&] {
    for (std::uint64_t sequence = 0; sequence < 1'000'000; ++sequence) {
      try {
        send(channel, sequence);
      } catch (const Cancelled&) {
        return;
      }
    }
  });
  std::uint64_t received = 0;
  while (channel.stalls().full.count < 3 || channel.stalls().full.seconds < 0.005) {
    await([&] { return channel.ready() == 1; });
    let_others_block();
    EXPECT_EQ(channel.receive(), static_cast<int>(received++));
  }
  channel.cancel();
  producer.join();
  const StallStatistics stalls = channel.stalls();
  EXPECT_LE(stalls.full.count, received + 1);  // that of each item but the first, and the one that was cancelled
  EXPECT_LT(stalls.full.seconds, watch.seconds());
  EXPECT_EQ(stalls.empty.count, 0U);
}

TEST(Channel, SlowProducerIsSeenAsAnEmptyChannel) {
  Numbers channel(4);
  const core::Stopwatch watch;
  std::jthread consumer([&] {
    for (int expected = 0; const std::optional<int> item = channel.receive(); ++expected) EXPECT_EQ(item, expected);
  });
  std::uint64_t sequence = 0;
  while (channel.stalls().empty.count < 3 || channel.stalls().empty.seconds < 0.005) {
    let_others_block();
    await([&] { return channel.ready() == 0; });
    send(channel, sequence++);
  }
  channel.finish(sequence);
  consumer.join();
  const StallStatistics stalls = channel.stalls();
  EXPECT_LE(stalls.empty.count, sequence + 1);  // that of each item, and the one for the end
  EXPECT_LT(stalls.empty.seconds, watch.seconds());
  EXPECT_EQ(stalls.full.count, 0U);
}

TEST(ChannelWarmStart, EndsWhenTheChannelIsFull) {
  Numbers channel(2);
  send(channel, 0);
  auto start = blocked([&] { channel.wait_until_full_or(1h); });
  send(channel, 1);
  start.get();
}

TEST(ChannelWarmStart, EndsWhenAllThatIsLeftIsReady) {
  Numbers channel(4);
  channel.finish(2);  // known before the first item is made: no reason to start early
  send(channel, 0);
  auto start = blocked([&] { channel.wait_until_full_or(1h); });
  send(channel, 1);
  start.get();
}

TEST(ChannelWarmStart, EndsWhenTheChannelFinishes) {
  Numbers channel(4);
  send(channel, 0);
  auto start = blocked([&] { channel.wait_until_full_or(1h); });
  channel.finish(1);
  start.get();
}

TEST(ChannelWarmStart, EndsWhenTheTimeHasPassed) {
  Numbers channel(2);
  send(channel, 0);
  const core::Stopwatch watch;
  channel.wait_until_full_or(20ms);
  EXPECT_GE(watch.milliseconds(), 20);
  EXPECT_EQ(channel.ready(), 1U);
}

TEST(ChannelWarmStart, CancelEndsItByThrowing) {
  Numbers channel(2);
  auto start = blocked([&] { channel.wait_until_full_or(1h); });
  channel.cancel();
  EXPECT_THROW(start.get(), Cancelled);
}

}  // namespace
}  // namespace myxtts::concurrency

#include "concurrency/thread_team.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace myxtts::concurrency {
namespace {

TEST(ThreadTeam, PartsRunSideBySide) {
  ThreadTeam team;
  std::latch together(3);  // parts that ran one after another would wait for ever
  team.start(3, [&](std::size_t) { together.arrive_and_wait(); }).wait();
  EXPECT_TRUE(together.try_wait());
}

TEST(ThreadTeam, TheCallerGoesOnBesideTheParts) {
  ThreadTeam team;
  std::latch together(3);
  ThreadTeam::Task task = team.start(2, [&](std::size_t) { together.arrive_and_wait(); });
  together.arrive_and_wait();
  task.wait();
  EXPECT_TRUE(together.try_wait());
}

TEST(ThreadTeam, EveryPartOfEveryTaskRunsOnce) {
  constexpr int kTasks = 500;
  ThreadTeam team;
  std::vector<int> runs(4);
  for (int task = 0; task < kTasks; ++task) {
    const auto count = static_cast<std::size_t>(task % 5);
    const std::vector<int> before = runs;
    team.start(count, [&](std::size_t number) { ++runs[number]; }).wait();
    for (std::size_t part = 0; part < runs.size(); ++part) {
      ASSERT_EQ(runs[part], before[part] + (part < count ? 1 : 0)) << "task " << task << ", part " << part;
    }
  }
}

TEST(ThreadTeam, APartKeepsItsThread) {
  ThreadTeam team;
  std::vector<std::thread::id> first(3);
  std::vector<std::thread::id> later(3);
  team.start(2, [&](std::size_t number) { first[number] = std::this_thread::get_id(); }).wait();
  team.start(3, [&](std::size_t number) { later[number] = std::this_thread::get_id(); }).wait();
  EXPECT_EQ(later[0], first[0]);
  EXPECT_EQ(later[1], first[1]);
  EXPECT_NE(later[2], later[1]);
  EXPECT_NE(later[2], std::this_thread::get_id());
}

TEST(ThreadTeam, TheFirstFailureByNumberIsThrownWhenAllPartsHaveEnded) {
  ThreadTeam team;
  std::atomic<int> ended = 0;
  std::latch last(1);
  ThreadTeam::Task task = team.start(3, [&](std::size_t number) {
    if (number == 0) last.wait();
    ++ended;
    if (number != 1) throw std::runtime_error("part " + std::to_string(number));
    last.count_down();
  });
  try {
    task.wait();
    ADD_FAILURE() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "part 0");
  }
  EXPECT_EQ(ended, 3);
}

TEST(ThreadTeam, ATaskAfterAFailureStartsClean) {
  ThreadTeam team;
  EXPECT_THROW(team.start(2, [](std::size_t) { throw std::runtime_error("planted"); }).wait(), std::runtime_error);
  int runs = 0;
  team.start(1, [&](std::size_t) { ++runs; }).wait();
  EXPECT_EQ(runs, 1);
}

TEST(ThreadTeam, ATaskThatIsLeftWaitsForItsParts) {
  ThreadTeam team;
  std::atomic<bool> may_end = false;
  std::vector<int> numbers(2);
  {
    const ThreadTeam::Task task = team.start(2, [&](std::size_t number) {
      while (!may_end) std::this_thread::yield();
      numbers[number] = 1;
    });
    may_end = true;
  }
  EXPECT_THAT(numbers, ::testing::ElementsAre(1, 1));
}

TEST(ThreadTeam, EndsWithoutATask) {
  const ThreadTeam never_used;
  ThreadTeam used;
  used.start(2, [](std::size_t) {}).wait();
}

}  // namespace
}  // namespace myxtts::concurrency

#include "device/memory_account.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace myxtts::device {
namespace {

TEST(MemoryAccount, BlocksOfAGpuAreWhole) {
  EXPECT_EQ(gpu_block_bytes(0), 0);
  EXPECT_EQ(gpu_block_bytes(1), 512);
  EXPECT_EQ(gpu_block_bytes(512), 512);
  EXPECT_EQ(gpu_block_bytes(513), 1024);
}

TEST(MemoryAccount, TakesUpToTheCapAndNoMore) {
  MemoryAccount account;
  account.set_cap(10);
  account.set_overhead(4);
  EXPECT_FALSE(account.charge(7));
  EXPECT_TRUE(account.charge(6));
  EXPECT_FALSE(account.charge(1));
  account.set_overhead(3);
  EXPECT_TRUE(account.charge(1));
  account.discharge(7);
  EXPECT_EQ(account.live(), 0);
  EXPECT_EQ(account.peak(), 7);
}

// A check and an addition one after the other would let two threads through.
TEST(MemoryAccount, ThreadsThatPressTogetherNeverExceedTheCap) {
  constexpr std::int64_t kCap = 3;
  MemoryAccount account;
  account.set_cap(kCap);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int attempt = 0; attempt < 1'000'000; ++attempt) {
          if (account.charge(2)) account.discharge(2);
        }
      });
    }
  }
  EXPECT_LE(account.peak(), kCap);
  EXPECT_EQ(account.live(), 0);
}

}  // namespace
}  // namespace myxtts::device

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "device/out_of_memory.hpp"
#include "device/role_allocator.hpp"

namespace myxtts::device {
namespace {

// Tensors that any thread may free, whichever role they are of.
class SharedTensors {
 public:
  void put(torch::Tensor tensor) {
    const std::scoped_lock lock(mutex_);
    tensors_.push_back(std::move(tensor));
  }
  void drop_one(std::mt19937_64& random) {
    torch::Tensor dropped;  // freed outside of the lock
    const std::scoped_lock lock(mutex_);
    if (tensors_.empty()) return;
    std::swap(tensors_[random() % tensors_.size()], tensors_.back());
    dropped = std::move(tensors_.back());
    tensors_.pop_back();
  }

 private:
  std::mutex mutex_;
  std::vector<torch::Tensor> tensors_;
};

struct Outcome {
  std::atomic<int> served = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> exceeded = 0;
};

void allocate_and_free(Role role, std::uint64_t seed, SharedTensors& shared, Outcome& outcome) {
  std::mt19937_64 random(seed);
  const RoleScope scope(role);
  for (int step = 0; step < 16; ++step) {
    if (random() % 3 == 0) {
      shared.drop_one(random);
      continue;
    }
    try {
      shared.put(torch::empty({static_cast<std::int64_t>(random() % 60'000)}, torch::kUInt8));
      ++outcome.served;
    } catch (const AllocationRefused&) {
      ++outcome.refused;
    }
    if (live_bytes(role) > cap(role)) ++outcome.exceeded;
  }
}

TEST(RoleCaps, AThousandRandomSchedulesOfBothRolesNeverExceedACap) {
  install_role_allocator();
  constexpr std::array<Role, 4> kThreads = {Role::kData, Role::kData, Role::kModel, Role::kModel};
  ASSERT_EQ(live_bytes(Role::kData) + live_bytes(Role::kModel), 0);
  Outcome outcome;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    std::mt19937_64 random(seed);
    for (const Role role : {Role::kData, Role::kModel}) {
      set_cap(role, 50'000 + static_cast<std::int64_t>(random() % 200'000));
      reset_peak_bytes(role);
    }
    {
      SharedTensors shared;
      std::vector<std::jthread> threads;
      for (const Role role : kThreads) {
        threads.emplace_back(allocate_and_free, role, random(), std::ref(shared), std::ref(outcome));
      }
      threads.clear();
    }
    for (const Role role : {Role::kData, Role::kModel}) {
      ASSERT_LE(peak_bytes(role), cap(role)) << "schedule " << seed;
      ASSERT_EQ(live_bytes(role), 0) << "schedule " << seed;
    }
  }
  for (const Role role : {Role::kData, Role::kModel}) set_cap(role, 0);
  EXPECT_EQ(outcome.exceeded, 0);
  EXPECT_GT(outcome.refused, 1000);  // the schedules did press against the caps
  EXPECT_GT(outcome.served, 1000);
}

}  // namespace
}  // namespace myxtts::device

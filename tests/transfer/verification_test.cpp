// Batches whose copies are damaged on the way: with `verify` none of them reaches training.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "device/delegating_runtime.hpp"
#include "transfer/transfer_lane.hpp"

namespace myxtts::transfer {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A link that does to a copy what a test wants.
class DamagingRuntime final : public device::DelegatingRuntime {
 public:
  using DelegatingRuntime::DelegatingRuntime;

  void copy_async(const torch::Tensor& destination, const torch::Tensor& source) override {
    DelegatingRuntime::copy_async(destination, source);
    if (after_copy) after_copy(destination);
  }
  device::TransferRoute route() const override { return device::TransferRoute::kPeer; }

  std::function<void(const torch::Tensor& destination)> after_copy;
};

// Flips one random bit of the next batch that is copied, and none of the copies after it.
class OneFlip {
 public:
  OneFlip(std::int64_t batch_bytes, std::mt19937_64& random)
      : byte_(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(batch_bytes))),
        mask_(static_cast<std::uint8_t>(1U << random() % 8)) {}

  void operator()(const torch::Tensor& destination) {
    const auto bytes = static_cast<std::int64_t>(destination.nbytes());
    if (byte_ >= 0 && byte_ < bytes) static_cast<std::uint8_t*>(destination.data_ptr())[byte_] ^= mask_;
    byte_ -= bytes;
  }

 private:
  std::int64_t byte_;  // from the next tensor's begin on; negative: done
  std::uint8_t mask_;
};

contracts::Batch voice_batch(std::mt19937_64& random) {
  contracts::PackedRows rows;
  contracts::for_each_tensor(rows, [&](torch::Tensor& tensor) {
    tensor = torch::randint(0, 1'000'000, {static_cast<std::int64_t>(1 + random() % 50)}, torch::kInt64);
  });
  rows.text_weights = torch::rand(rows.text_targets.sizes());
  rows.prompt_mels = torch::randn({static_cast<std::int64_t>(1 + random() % 20), 80});
  contracts::Batch batch;
  batch.payload = contracts::VoiceBatch{{rows, rows}};
  return batch;
}

std::vector<torch::Tensor> tensors_of(contracts::Batch batch) {
  std::vector<torch::Tensor> tensors;
  contracts::for_each_tensor(batch, [&](torch::Tensor& tensor) { tensors.push_back(tensor); });
  return tensors;
}

bool equal(const contracts::Batch& a, const contracts::Batch& b) {
  const std::vector<torch::Tensor> left = tensors_of(a);
  const std::vector<torch::Tensor> right = tensors_of(b);
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!torch::equal(left[i], right[i])) return false;
  }
  return left.size() == right.size();
}

class Verification : public testing::Test {
 protected:
  std::unique_ptr<device::DeviceRuntime> cpu_ = device::make_cpu_runtime({});
  DamagingRuntime runtime_{*cpu_};
  std::mt19937_64 random_{1};
};

TEST_F(Verification, EveryFlippedBitIsCaughtAndTheBatchSentAgain) {
  TransferLane lane(runtime_, {.slots = 2, .verify = true});
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const contracts::Batch batch = voice_batch(random_);
    runtime_.after_copy = OneFlip(bytes_of(batch), random_);
    const contracts::DeviceBatch moved = lane.move(batch);
    ASSERT_EQ(lane.repeats(), i + 1) << "a flipped bit was not seen";
    ASSERT_TRUE(equal(moved.batch, batch)) << "batch " << i;
  }
}

TEST_F(Verification, WithoutItAFlippedBitReachesTraining) {
  TransferLane lane(runtime_);
  const contracts::Batch batch = voice_batch(random_);
  runtime_.after_copy = OneFlip(bytes_of(batch), random_);
  EXPECT_FALSE(equal(lane.move(batch).batch, batch));
  EXPECT_EQ(lane.repeats(), 0U);
}

TEST_F(Verification, WholeBatchesAreSentOnce) {
  TransferLane lane(runtime_, {.slots = 2, .verify = true});
  for (int i = 0; i < 50; ++i) {
    const contracts::Batch batch = voice_batch(random_);
    EXPECT_TRUE(equal(lane.move(batch).batch, batch));
  }
  EXPECT_EQ(lane.repeats(), 0U);
}

TEST_F(Verification, ALinkThatNeverDeliversEndsWithItsRouteAndWhatToDo) {
  TransferLane lane(runtime_, {.slots = 1, .verify = true});
  runtime_.after_copy = [](const torch::Tensor& destination) {
    static_cast<std::uint8_t*>(destination.data_ptr())[0] ^= 1;
  };
  const contracts::Batch batch = voice_batch(random_);
  try {
    (void)lane.move(batch);
    ADD_FAILURE() << "no error";
  } catch (const core::DeviceError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("route 'peer'"), HasSubstr("sent 4 times"), HasSubstr("--share-gpu")));
  }
  EXPECT_EQ(lane.repeats(), 3U);
  runtime_.after_copy = {};
  EXPECT_TRUE(equal(lane.move(batch).batch, batch));  // the slot is free again
}

}  // namespace
}  // namespace myxtts::transfer

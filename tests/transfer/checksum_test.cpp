#include "transfer/checksum.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace myxtts::transfer {
namespace {

std::int64_t sum_of(const torch::Tensor& tensor) { return checksum(tensor).item<std::int64_t>(); }

TEST(Checksum, IsTheWeightedSumOfTheBytes) {
  EXPECT_EQ(sum_of(torch::tensor({3, 5, 255}, torch::kUInt8)), 3 * 1 + 5 * 3 + 255 * 5);
  EXPECT_EQ(sum_of(torch::tensor({std::int64_t{0x0102}})), 2 * 1 + 1 * 3);
  EXPECT_EQ(sum_of(torch::empty({0})), 0);
}

TEST(Checksum, EveryBitOfEveryTypeCounts) {
  for (const auto type : {torch::kFloat32, torch::kInt64, torch::kInt32, torch::kBFloat16, torch::kUInt8}) {
    const torch::Tensor tensor = torch::randint(0, 100, {3, 5}, torch::kFloat32).to(type);
    const std::int64_t before = sum_of(tensor);
    auto* bytes = static_cast<std::uint8_t*>(tensor.data_ptr());
    for (std::size_t bit = 0; bit < 8 * tensor.nbytes(); ++bit) {
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      EXPECT_NE(sum_of(tensor), before) << type << ", bit " << bit;
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
  }
}

TEST(Checksum, EveryPairOfBitsCounts) {
  const torch::Tensor tensor = torch::randint(0, 256, {16}, torch::kUInt8);
  const std::int64_t before = sum_of(tensor);
  auto* bytes = static_cast<std::uint8_t*>(tensor.data_ptr());
  const auto flip = [&](std::size_t bit) { bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8); };
  for (std::size_t one = 0; one < 128; ++one) {
    for (std::size_t other = 0; other < one; ++other) {
      flip(one), flip(other);
      EXPECT_NE(sum_of(tensor), before) << one << " and " << other;
      flip(one), flip(other);
    }
  }
}

TEST(Checksum, EverySwapOfDifferentBytesCounts) {
  const torch::Tensor tensor = torch::randperm(40).to(torch::kUInt8);
  const std::int64_t before = sum_of(tensor);
  auto* bytes = static_cast<std::uint8_t*>(tensor.data_ptr());
  for (std::size_t one = 0; one < 40; ++one) {
    for (std::size_t other = 0; other < one; ++other) {
      std::swap(bytes[one], bytes[other]);
      EXPECT_NE(sum_of(tensor), before) << one << " and " << other;
      std::swap(bytes[one], bytes[other]);
    }
  }
}

TEST(Checksum, LongTensorsAreSummedToTheirEnd) {
  std::mt19937_64 random(1);
  const torch::Tensor tensor = torch::randint(0, 256, {3 * (1 << 20) + 17}, torch::kUInt8);
  const std::int64_t before = sum_of(tensor);
  for (int i = 0; i < 20; ++i) {
    const torch::Tensor changed = tensor.clone();
    const auto byte = i == 0 ? tensor.numel() - 1 : static_cast<std::int64_t>(random() % (3U << 20U));
    changed[byte] = changed[byte] ^ 1;
    EXPECT_NE(sum_of(changed), before) << "byte " << byte;
  }
}

TEST(Checksum, StridesDoNotCount) {
  const torch::Tensor tensor = torch::randn({7, 9});
  EXPECT_EQ(sum_of(tensor.t()), sum_of(tensor.t().contiguous()));
  EXPECT_NE(sum_of(tensor.t()), sum_of(tensor));
}

TEST(Checksum, ABatchHasOneOfEachTensor) {
  contracts::Batch batch;
  const contracts::CodecBatch codec{torch::randn({2, 8, 30}), torch::rand({2, 30})};
  batch.payload = codec;
  const torch::Tensor sums = checksums(batch);
  ASSERT_EQ(sums.numel(), 2);
  EXPECT_EQ(sums[0].item<std::int64_t>(), sum_of(codec.mels));
  EXPECT_EQ(sums[1].item<std::int64_t>(), sum_of(codec.frame_weights));
}

}  // namespace
}  // namespace myxtts::transfer

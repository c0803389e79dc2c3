#include "preparation/speech_mels.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "preparation/code_cache.hpp"

namespace myxtts::preparation {
namespace {

TEST(MelStatistics, EqualATwoPassComputation) {
  const at::Generator random = at::detail::createCPUGenerator(1);
  // A mean far from 0 beside a small deviation: where one pass in float32 would fail.
  const torch::Tensor offsets = torch::linspace(-11.5, 3, 80);
  MelStatisticsGatherer gatherer;
  std::vector<torch::Tensor> mels;
  for (const std::int64_t frames : {300, 1, 77, 200}) {
    mels.push_back(torch::randn({frames, 80}, random) * torch::linspace(0.06, 3, 80) + offsets);
    gatherer.add(mels.back());
  }
  const MelStatistics statistics = gatherer.result();
  const torch::Tensor all = torch::cat(mels).to(torch::kFloat64);
  const torch::Tensor mean = all.mean(0);
  const torch::Tensor standard_deviation = (all - mean).square().mean(0).sqrt();
  EXPECT_TRUE(torch::allclose(statistics.mean, mean.to(torch::kFloat32), 1e-6, 0));
  EXPECT_TRUE(torch::allclose(statistics.standard_deviation, standard_deviation.to(torch::kFloat32), 1e-6, 0));
}

TEST(MelStatistics, ABandThatNeverMovesHasAFloor) {
  MelStatisticsGatherer gatherer;
  gatherer.add(torch::full({50, 80}, -11.5));
  EXPECT_TRUE(torch::allclose(gatherer.result().standard_deviation, torch::full({80}, 0.05)));
}

TEST(MelStatistics, NeedAFrame) { EXPECT_THROW((void)MelStatisticsGatherer().result(), std::logic_error); }

TEST(SpeechMels, BringsAnyRateToTheModels) {
  SpeechMels mels(torch::kCPU);
  for (const int rate : {16000, 22050, 44100}) {
    const media::Samples samples{std::vector<float>(static_cast<std::size_t>(rate), 0.25F), rate};
    EXPECT_EQ(mels.resampled(samples).size(0), kSampleRateHz) << rate;
    EXPECT_NEAR(mels.resampled(samples)[11000].item<float>(), 0.25F, 1e-3F) << rate;
  }
}

TEST(CodeCache, KeepsWhatFitsAndNeverLetsGo) {
  CodeCache cache(100);  // bytes: room for 12 codes
  EXPECT_FALSE(cache.contains(1));
  EXPECT_FALSE(cache.find(1).defined());
  cache.insert(1, torch::arange(8));
  cache.insert(2, torch::arange(8));  // 128 bytes would be too many
  cache.insert(3, torch::arange(4));
  EXPECT_TRUE(torch::equal(cache.find(1), torch::arange(8)));
  EXPECT_FALSE(cache.contains(2));
  EXPECT_TRUE(cache.contains(3));
  EXPECT_EQ(cache.tensors().size(), 2U);
}

TEST(CodeCache, OfNoBytesKeepsNothing) {
  CodeCache cache(0);
  cache.insert(1, torch::arange(8));
  EXPECT_FALSE(cache.contains(1));
}

}  // namespace
}  // namespace myxtts::preparation

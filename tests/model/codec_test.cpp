#include "model/codec.hpp"

#include <gtest/gtest.h>

#include "config/model_options.hpp"
#include "config/presets.hpp"
#include "device/precision.hpp"
#include "golden.hpp"
#include "model/parameters.hpp"

namespace myxtts::model::test {
namespace {

constexpr double kTolerance = 1e-4;

CodecOptions golden_options() { return {.hidden = 8, .codes = 16, .dimensions = 6, .blocks = 2}; }

Codec golden_codec() {
  Initialiser initialiser(1);
  Codec codec(golden_options(), initialiser);
  fill(codec);
  codec.codebook().embed.copy_(golden_values(100, {6, 16}));
  return codec;
}

torch::Tensor golden_mels() { return 2.0 * golden_values(200, {2, 80, 24}); }

torch::Tensor sampled(const torch::Tensor& mels) { return mels.slice(1, 0, 80, 7).slice(2, 0, mels.size(2), 3); }

TEST(Codec, EncodesAsXttsV2) {
  const Golden golden = read_golden("codec");
  const Codec codec = golden_codec();
  const torch::Tensor latents = codec.encode(golden_mels());
  EXPECT_EQ(latents.sizes(), torch::IntArrayRef({2, 6, 6}));
  EXPECT_LT(largest_difference(golden.at("latents"), latents), kTolerance);
  EXPECT_GT(largest_difference(golden.at("latents"), codec.encode(golden_mels() * 1.01)), kTolerance);
}

TEST(Codec, EncodesLengthsThatAreNoMultipleOfFourAsXttsV2) {
  const torch::Tensor latents = golden_codec().encode(golden_mels().narrow(2, 0, 21));
  EXPECT_EQ(latents.size(1), 6);
  EXPECT_LT(largest_difference(read_golden("codec").at("odd_latents"), latents), kTolerance);
}

TEST(Codec, ChoosesTheCodesThatXttsV2Chooses) {
  const Golden golden = read_golden("codec");
  const Codec codec = golden_codec();
  EXPECT_EQ(largest_difference(golden.at("codes"), codec.codes(golden_mels())), 0.0);
  EXPECT_GT(largest_difference(golden.at("codes"), codec.codes(-golden_mels())), 0.0);
}

TEST(Codec, DistancesAreFp32InEveryPrecision) {
  Initialiser initialiser(1);
  const Codec codec({.hidden = 8, .codes = 512, .dimensions = 64, .blocks = 1}, initialiser);
  const torch::Tensor latents = torch::randn({4, 500, 64}, at::detail::createCPUGenerator(1));
  const torch::Tensor expected = codec.quantise(latents);
  const device::Autocast autocast(device::Precision::kBf16, torch::kCPU);
  EXPECT_TRUE(torch::equal(codec.quantise(latents), expected));
}

TEST(Codec, DecodesAsXttsV2) {
  const Golden golden = read_golden("codec");
  const Codec codec = golden_codec();
  const torch::Tensor codes = golden.at("codes").to(torch::kInt64).view({2, 6});
  EXPECT_LT(largest_difference(golden.at("decoded"), sampled(codec.decode(codes))), kTolerance);
  EXPECT_LT(largest_difference(golden.at("decoded"), sampled(codec.decode(codec.entries(codes)))), kTolerance);
  EXPECT_GT(largest_difference(golden.at("decoded"), sampled(codec.decode((codes + 1).remainder(16)))), kTolerance);
}

TEST(Codec, CommitmentIsTheMeanSquaredDistanceAtEachPosition) {
  const Codec codec = golden_codec();
  const Codec::Output output = codec.forward(golden_mels());
  EXPECT_EQ(output.commitment.sizes(), torch::IntArrayRef({2, 6}));
  EXPECT_LT(largest_difference(read_golden("codec").at("commitment"), output.commitment.mean()), kTolerance);
}

TEST(Codec, GradientPassesStraightThroughTheRounding) {
  const Codec codec = golden_codec();
  const Codec::Output output = codec.forward(golden_mels().narrow(2, 0, 22));
  EXPECT_EQ(output.reconstruction.size(2), 22);
  output.reconstruction.square().mean().backward();
  for (const auto& item : codec.named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().max().item<float>(), 0.0F) << item.key();
  }
}

TEST(Codec, CommitmentPullsAtTheEncoderAlone) {
  const Codec codec = golden_codec();
  codec.forward(golden_mels()).commitment.sum().backward();
  const auto parameters = codec.named_parameters();
  EXPECT_GT(parameters["encoder.0.0.weight"].grad().abs().max().item<float>(), 0.0F);
  EXPECT_FALSE(parameters["decoder.0.weight"].grad().defined());
}

TEST(Codec, OpenBottleneckDecodesTheLatentsThemselves) {
  const Codec codec = golden_codec();
  const Codec::Output output = codec.forward(golden_mels(), Codec::Bottleneck::kOpen);
  EXPECT_TRUE(output.reconstruction.equal(codec.decode(output.latents)));
  EXPECT_FALSE(output.reconstruction.equal(codec.forward(golden_mels()).reconstruction));
}

TEST(Codec, SetMeanIsAsGoodAsSubtractingItFromTheInput) {
  Codec plain = golden_codec();
  Codec centred = golden_codec();
  const torch::Tensor mean = 3.0 + golden_values(300, {80});
  centred.set_mean(mean);
  // Where no padding is in reach: the first codes and the last see zeros beside the mel.
  const torch::Tensor mels = 2.0 * golden_values(200, {1, 80, 96});
  const torch::Tensor expected = plain.encode(mels).narrow(1, 8, 8);
  const torch::Tensor actual = centred.encode(mels + mean.view({1, 80, 1})).narrow(1, 8, 8);
  EXPECT_LT(largest_difference(expected.reshape({-1}), actual), 1e-3);
  EXPECT_TRUE(centred.named_parameters()["decoder.5.bias"].equal(mean));
}

TEST(Codec, HasXttsV2sKeysAndShapes) {
  Initialiser shapes(1, torch::kMeta);
  const Codec codec(config::codec_options(config::preset("xtts-v2").codec), shapes);
  EXPECT_EQ(described(codec), described("keys_dvae.tsv"));
  EXPECT_EQ(parameter_count(codec), 51'567'184);
}

}  // namespace
}  // namespace myxtts::model::test

#include "model/conditioning.hpp"

#include <gtest/gtest.h>

#include "golden.hpp"

namespace myxtts::model::test {
namespace {

constexpr double kTolerance = 1e-4;

struct Parts {
  Parts(std::int64_t width, Initialiser initialiser)
      : encoder(80, 64, 2, 2, initialiser), perceiver(64, width, initialiser) {
    fill(encoder);
    fill(perceiver);
  }
  ConditioningEncoder encoder;
  PerceiverResampler perceiver;
};

torch::Tensor golden_frames() { return golden_values(201, {2, 80, 19}).transpose(1, 2).contiguous(); }

class Conditioning : public testing::TestWithParam<std::pair<const char*, std::int64_t>> {};

TEST_P(Conditioning, GivesXttsV2sLatents) {
  const Golden golden = read_golden(GetParam().first);
  const Parts parts(GetParam().second, Initialiser(1));
  const auto sampled_context = [](const torch::Tensor& x) { return x.slice(1, 0, x.size(1), 4); };
  const auto sampled_latents = [](const torch::Tensor& x) { return x.slice(1, 0, x.size(1), 6); };
  const torch::Tensor context = parts.encoder.forward(golden_frames());
  EXPECT_LT(largest_difference(golden.at("context"), sampled_context(context)), kTolerance);
  EXPECT_LT(largest_difference(golden.at("latents"), sampled_latents(parts.perceiver.forward(context))), kTolerance);

  const torch::Tensor louder = parts.encoder.forward(golden_frames() + 0.1 * golden_values(9, {2, 19, 80}));
  EXPECT_GT(largest_difference(golden.at("context"), sampled_context(louder)), kTolerance);
  EXPECT_GT(largest_difference(golden.at("latents"), sampled_latents(parts.perceiver.forward(louder))), kTolerance);
}

INSTANTIATE_TEST_SUITE_P(Widths, Conditioning,
                         testing::Values(std::pair{"conditioning", std::int64_t{64}},
                                         std::pair{"conditioning_projected", std::int64_t{48}}),
                         [](const auto& setting) { return std::string(setting.param.first); });

TEST(ConditioningEncoder, StartsAsItsNormalisedInput) {
  Initialiser initialiser(1);
  const ConditioningEncoder one(80, 64, 1, 2, initialiser);
  const torch::Tensor out = one.forward(golden_frames());  // the attention's projection starts at zero
  EXPECT_NEAR(out.mean().item<float>(), 0.0F, 1e-5F);
  EXPECT_NEAR(out.square().mean().item<float>(), 1.0F, 1e-3F);
}

}  // namespace
}  // namespace myxtts::model::test

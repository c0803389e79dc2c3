#include "model/codebook_update.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "device/synchronisation_counter.hpp"
#include "device/tf32_watch.hpp"
#include "golden.hpp"

namespace myxtts::model::test {
namespace {

constexpr std::int64_t kCodes = 16;

Codec golden_codec() {
  Initialiser initialiser(1);
  Codec codec({.hidden = 8, .codes = kCodes, .dimensions = 6, .blocks = 2}, initialiser);
  fill(codec);
  codec.codebook().embed.copy_(golden_values(100, {6, kCodes}));
  codec.codebook().embed_avg.copy_(golden_values(101, {6, kCodes}));
  codec.codebook().cluster_size.copy_(1.5 + golden_values(102, {kCodes}));
  return codec;
}

torch::Tensor centres_of(const torch::Tensor& vectors, std::int64_t centres, std::int64_t rounds, std::uint64_t seed) {
  return kmeans(vectors, kmeans_draws(vectors.size(0), centres, rounds, seed));
}

torch::Tensor replacements() { return torch::zeros({kCodes}, torch::kInt64); }

void move_entries(Codec& codec, const torch::Tensor& latents, double found_inf = 0.0, double dead_count = 0.0) {
  const CodebookUpdate update({.decay = 0.95, .dead_count = dead_count});
  update.apply(codec, latents, codec.quantise(latents), torch::tensor(found_inf), replacements());
}

TEST(CodebookUpdate, MovesEntriesAsXttsV2) {
  const Golden golden = read_golden("codec");
  Codec codec = golden_codec();
  move_entries(codec, golden.at("latents").view({2, 6, 6}));
  EXPECT_LT(largest_difference(golden.at("updated_cluster_size"), codec.codebook().cluster_size), 1e-5);
  EXPECT_LT(largest_difference(golden.at("updated_embed_avg"), codec.codebook().embed_avg), 1e-5);
  EXPECT_LT(largest_difference(golden.at("updated_embed"), codec.codebook().embed), 1e-4);

  Codec other = golden_codec();
  move_entries(other, 1.1 * golden.at("latents").view({2, 6, 6}));
  EXPECT_GT(largest_difference(golden.at("updated_embed"), other.codebook().embed), 1e-4);
}

TEST(CodebookUpdate, DistancesAndSumsAreNeverInTf32) {
  Codec codec = golden_codec();
  const torch::Tensor latents = torch::rand({2, 6, 6});
  const device::test::Tf32Watch watch;
  move_entries(codec, latents);
  (void)centres_of(latents.flatten(0, 1), 4, 2, 1);
  EXPECT_TRUE(watch.found().empty());
  (void)torch::rand({2, 2}).mm(torch::rand({2, 2}));
  EXPECT_EQ(watch.found().size(), 1);
}

TEST(CodebookUpdate, RefusedUpdateChangesNothing) {
  Codec codec = golden_codec();
  const auto latents = torch::full({2, 6, 6}, std::numeric_limits<float>::quiet_NaN());
  move_entries(codec, latents, 1.0, 0.5);
  const Codec untouched = golden_codec();
  EXPECT_TRUE(codec.codebook().embed.equal(untouched.codebook().embed));
  EXPECT_TRUE(codec.codebook().cluster_size.equal(untouched.codebook().cluster_size));
  EXPECT_TRUE(codec.codebook().embed_avg.equal(untouched.codebook().embed_avg));
}

TEST(CodebookUpdate, DeadEntryBecomesTheLatentThatItIsGiven) {
  Codec codec = golden_codec();
  codec.codebook().cluster_size[5] = 0.01;
  const torch::Tensor latents = torch::cat({codec.entries(torch::tensor({{0, 1, 2}})), torch::full({1, 1, 6}, 9.0)}, 1);
  torch::Tensor taken = torch::zeros({kCodes}, torch::kInt64);
  taken[5] = 3;
  const torch::Tensor chosen = torch::tensor({{0, 1, 2, 2}});
  CodebookUpdate({.decay = 0.95, .dead_count = 0.05}).apply(codec, latents, chosen, torch::tensor(0.0), taken);
  EXPECT_TRUE(codec.codebook().embed.select(1, 5).equal(torch::full({6}, 9.0)));
  EXPECT_EQ(codec.codebook().cluster_size[5].item<float>(), 1.0F);
  EXPECT_TRUE(codec.codebook().embed_avg.select(1, 5).equal(torch::full({6}, 9.0)));
  EXPECT_FALSE(codec.codebook().embed.select(1, 6).equal(latents[0][0]));
}

TEST(CodebookUpdate, NeverWaitsForTheDevice) {
  Codec codec = golden_codec();
  const torch::Tensor latents = golden_values(7, {2, 6, 6});
  const torch::Tensor chosen = codec.quantise(latents);
  const torch::Tensor found_inf = torch::tensor(0.0);
  const torch::Tensor taken = replacements();
  const device::SynchronisationCounter synchronisations;
  CodebookUpdate({.decay = 0.95, .dead_count = 0.05}).apply(codec, latents, chosen, found_inf, taken);
  set_entries(codec, centres_of(latents.view({-1, 6}), kCodes, 3, 1));
  EXPECT_EQ(synchronisations.count(), 0) << synchronisations.names().front();
}

TEST(Kmeans, FindsWellSeparatedCentres) {
  const torch::Tensor truth = 100.0 * golden_values(1, {4, 3});
  const torch::Tensor vectors = truth.repeat({50, 1}) + golden_values(2, {200, 3});
  // Four of the sixteen centres would do: every vector then has a centre near.
  const torch::Tensor centres = centres_of(vectors, 16, 10, 5);
  EXPECT_LT(torch::cdist(vectors, centres).amin(1).max().item<float>(), 2.0F);
}

TEST(Kmeans, CentresAreMeansOfTheirVectors) {
  const torch::Tensor vectors = golden_values(3, {64, 2});
  const torch::Tensor centres = centres_of(vectors, 3, 100, 5);  // settled long before
  const torch::Tensor nearest = torch::cdist(vectors, centres).argmin(1);
  for (std::int64_t i = 0; i < 3; ++i) {
    const torch::Tensor mean = vectors.index({nearest == i}).mean(0);
    EXPECT_LT((mean - centres[i]).abs().max().item<float>(), 1e-5F);
  }
}

TEST(Kmeans, DependsOnItsSeedAlone) {
  const torch::Tensor vectors = golden_values(3, {100, 6});
  EXPECT_TRUE(centres_of(vectors, 12, 5, 7).equal(centres_of(vectors, 12, 5, 7)));
  EXPECT_FALSE(centres_of(vectors, 12, 5, 7).equal(centres_of(vectors, 12, 5, 8)));
}

TEST(Kmeans, MakesDoWithFewerVectorsThanCentres) {
  const torch::Tensor centres = centres_of(golden_values(3, {5, 6}), 12, 5, 7);
  EXPECT_EQ(centres.sizes(), torch::IntArrayRef({12, 6}));
  EXPECT_TRUE(centres.isfinite().all().item<bool>());
}

}  // namespace
}  // namespace myxtts::model::test

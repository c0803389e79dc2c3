#include "model/codebook_update.hpp"

#include <numeric>
#include <span>
#include <vector>

#include "core/random.hpp"
#include "device/precision.hpp"

namespace myxtts::model {
namespace {

constexpr double kSmoothing = 1e-5;

// One-hot rows of the choices: [N] -> float32 [N, codes]. Sums by a product with it are always the same to the bit.
torch::Tensor membership(const torch::Tensor& chosen, std::int64_t codes) {
  const torch::Tensor all = torch::arange(codes, chosen.options());
  return chosen.unsqueeze(1).eq(all).to(torch::kFloat32);
}

// Random positions in [0, vectors) for all of `positions`, without repetition if there are enough.
void draw_positions(std::span<std::int64_t> positions, std::int64_t vectors, std::uint64_t seed, std::uint64_t round) {
  core::CounterRandom random(
      {.seed = seed, .stage = 0, .epoch = round, .item = 0, .purpose = core::Purpose::kCodebook});
  std::vector<std::int64_t> order(static_cast<std::size_t>(vectors));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  random.shuffle(std::span<std::int64_t>(order));
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = order[i % order.size()];
}

}  // namespace

void CodebookUpdate::apply(Codec& codec, const torch::Tensor& latents, const torch::Tensor& chosen,
                           const torch::Tensor& found_inf, const torch::Tensor& replacements) const {
  const torch::NoGradGuard no_gradient;
  const device::FullPrecision full_precision;
  Codebook& book = codec.codebook();
  const std::int64_t codes = book.cluster_size.size(0);
  const torch::Tensor vectors = latents.detach().to(torch::kFloat32).reshape({-1, book.embed.size(0)});
  const torch::Tensor members = membership(chosen.reshape({-1}), codes);
  const double gain = 1.0 - options_.decay;
  torch::Tensor counts = torch::add(book.cluster_size * options_.decay, members.sum(0), gain);
  torch::Tensor sums = torch::add(book.embed_avg * options_.decay, vectors.t().mm(members), gain);

  const torch::Tensor dead = counts.lt(options_.dead_count);
  const torch::Tensor taken = vectors.index_select(0, replacements).t();
  const torch::Tensor total = counts.sum();
  const torch::Tensor smoothed = (counts + kSmoothing) / (total + static_cast<double>(codes) * kSmoothing) * total;
  const torch::Tensor entries = torch::where(dead, taken, sums / smoothed);
  counts = torch::where(dead, torch::ones_like(counts), counts);
  sums = torch::where(dead, taken, sums);

  const torch::Tensor refused = found_inf.ne(0);
  book.embed.copy_(torch::where(refused, book.embed, entries));
  book.cluster_size.copy_(torch::where(refused, book.cluster_size, counts));
  book.embed_avg.copy_(torch::where(refused, book.embed_avg, sums));
}

void set_entries(Codec& codec, const torch::Tensor& centres) {
  const torch::NoGradGuard no_gradient;
  Codebook& book = codec.codebook();
  book.embed.copy_(centres.t());
  book.embed_avg.copy_(centres.t());
  book.cluster_size.fill_(1.0);
}

torch::Tensor kmeans_draws(std::int64_t vectors, std::int64_t centres, std::int64_t rounds, std::uint64_t seed) {
  torch::Tensor draws = torch::empty({rounds + 1, centres}, torch::kInt64);
  for (std::int64_t round = 0; round <= rounds; ++round) {
    const std::span row(draws[round].data_ptr<std::int64_t>(), static_cast<std::size_t>(centres));
    draw_positions(row, vectors, seed, static_cast<std::uint64_t>(round));
  }
  return draws;
}

torch::Tensor kmeans(const torch::Tensor& vectors, const torch::Tensor& draws) {
  const torch::NoGradGuard no_gradient;
  const device::FullPrecision full_precision;
  const std::int64_t centres = draws.size(1);
  const auto draw = [&](std::int64_t round) { return vectors.index_select(0, draws[round]); };
  torch::Tensor means = draw(0);
  for (std::int64_t round = 1; round < draws.size(0); ++round) {
    const torch::Tensor distances = torch::addmm(means.square().sum(1).unsqueeze(0), vectors, means.t(), 1, -2);
    const torch::Tensor members = membership(distances.argmin(1), centres);
    const torch::Tensor counts = members.sum(0).unsqueeze(1);
    means = torch::where(counts.gt(0), members.t().mm(vectors) / counts.clamp_min(1), draw(round));
  }
  return means;
}

}  // namespace myxtts::model

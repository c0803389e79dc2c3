#include "model/dropout.hpp"

#include <cmath>
#include <limits>
#include <mutex>
#include <optional>

namespace myxtts::model {
namespace {

// One generator per thread: threads that compute rows of the same batch do not affect each other's draws.
at::Generator& thread_generator() {
  thread_local at::Generator generator = at::detail::createCPUGenerator();
  return generator;
}

// The factor of each element of x: 0 or 1 / (1 - probability). Each random word gives four 16-bit draws, because
// torch's own Bernoulli numbers take 7 times as long on a CPU, which is a tenth of a small model's step.
torch::Tensor scales(const torch::Tensor& x, double probability) {
  constexpr std::int64_t kDraws = 4;
  constexpr double kRange = 65536.0;
  const torch::Tensor words =
      torch::empty({(x.numel() + kDraws - 1) / kDraws}, torch::kInt64)
          .random_(std::numeric_limits<std::int64_t>::min(), std::optional<std::int64_t>(), thread_generator());
  const torch::Tensor draws = words.view(torch::kInt16).narrow(0, 0, x.numel()).view(x.sizes());
  const double dropped = std::round(probability * kRange);
  return draws.ge(dropped - kRange / 2).to(x.scalar_type()).mul_(kRange / (kRange - dropped));
}

}  // namespace

void seed_dropout(std::uint64_t seed, torch::Device device) {
  at::Generator generator = device.is_cpu() ? thread_generator() : at::globalContext().defaultGenerator(device);
  const std::scoped_lock lock(generator.mutex());
  generator.set_current_seed(seed);
}

torch::Tensor add_with_dropout(const torch::Tensor& x, const torch::Tensor& branch, double probability, bool training) {
  if (!training || probability == 0.0) return x + branch;
  if (!x.is_cpu() || probability >= 1.0) return x + torch::dropout(branch, probability, true);
  return torch::addcmul(x, branch, scales(x, probability));  // in the residual's precision, not the branch's
}

torch::Tensor with_dropout(const torch::Tensor& x, double probability, bool training) {
  if (!training || probability == 0.0 || !x.is_cpu() || probability >= 1.0) {
    return torch::dropout(x, probability, training);
  }
  return x * scales(x, probability);
}

}  // namespace myxtts::model

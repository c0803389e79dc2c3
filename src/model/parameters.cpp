#include "model/parameters.hpp"

#include <algorithm>
#include <array>

namespace myxtts::model {

std::int64_t parameter_count(const torch::nn::Module& module) {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : module.parameters()) count += parameter.numel();
  return count;
}

bool takes_weight_decay(std::string_view name) {
  constexpr std::array<std::string_view, 4> kWithout{"embedding", ".ln_", "final_norm", ".norm.weight"};
  const auto inside = [name](std::string_view part) { return name.find(part) != std::string_view::npos; };
  return !name.ends_with("bias") && std::ranges::none_of(kWithout, inside);
}

}  // namespace myxtts::model

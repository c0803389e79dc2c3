#pragma once
// Facts about a module's parameters.

#include <torch/nn/module.h>

#include <cstdint>
#include <string_view>

namespace myxtts::model {

[[nodiscard]] std::int64_t parameter_count(const torch::nn::Module& module);

// Whether weight decay applies to the voice model's parameter of this name. As in XTTS v2, it applies to matrices, the
// perceiver's latents and its last norm, but not to biases, embeddings and the other norms.
[[nodiscard]] bool takes_weight_decay(std::string_view name);

}  // namespace myxtts::model

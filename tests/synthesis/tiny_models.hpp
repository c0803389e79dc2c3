#pragma once
// Models with random weights, small enough to speak in milliseconds.

#include <torch/types.h>
#include <torch/utils.h>

#include <cstdint>
#include <memory>

#include "model/codec.hpp"
#include "model/gpt.hpp"

namespace myxtts::synthesis {

inline constexpr std::int64_t kTestCodes = 24;
inline constexpr std::int64_t kTestTextTokens = 20;

inline std::shared_ptr<model::VoiceModel> tiny_voice_model(std::uint64_t seed = 1) {
  model::VoiceModelOptions options;
  options.layers = 2;
  options.width = 32;
  options.heads = 2;
  options.text_tokens = kTestTextTokens;
  options.codes = kTestCodes;
  options.conditioning_width = 16;
  options.conditioning_blocks = 1;
  model::Initialiser initialiser(seed);
  return std::make_shared<model::VoiceModel>(options, initialiser);
}

inline std::shared_ptr<model::Codec> tiny_codec(std::uint64_t seed = 2) {
  model::CodecOptions options;
  options.hidden = 16;
  options.codes = kTestCodes;
  options.dimensions = 8;
  options.blocks = 1;
  model::Initialiser initialiser(seed);
  return std::make_shared<model::Codec>(options, initialiser);
}

inline torch::Tensor tiny_standard_deviation() { return torch::full({architecture::kMelBins}, 2.0F); }

// Shapes: [frames, M].
inline torch::Tensor random_prompt(std::int64_t frames, std::uint64_t seed) {
  model::Initialiser initialiser(seed);
  return initialiser.normal({frames, architecture::kMelBins}, 1.0);
}

// Adds to the bias of one audio token's logit.
inline void favour(model::VoiceModel& model, std::int64_t token, double amount) {
  const torch::NoGradGuard no_gradient;
  model.named_parameters()["mel_head.bias"][token].add_(amount);
}

}  // namespace myxtts::synthesis

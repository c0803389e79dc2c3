#pragma once
// Some utterances that one voice speaks at the same time, a code of each at every step.

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "model/generation.hpp"
#include "synthesis/sampler.hpp"
#include "synthesis/synthesizer.hpp"

namespace myxtts::synthesis {

class DecodingBatch {
 public:
  struct Part {
    const Utterance* utterance = nullptr;
    Speech* speech = nullptr;  // gets the codes
    bool is_speaking = true;
  };

  // The model and what the parts point at must outlive the chorus. Shapes: latents [kLatents, D], on the model's
  // device.
  DecodingBatch(const model::VoiceModel& model, const torch::Tensor& latents, std::vector<Part> parts, TextMarks marks,
                const SpeakingOptions& options);

  // Until each part has said STOP or its most codes. Call once.
  void speak();

 private:
  [[nodiscard]] torch::Tensor last_codes() const;  // int64 [parts]
  // Shapes: logits float32 [V], on the host.
  void hear(Part& part, torch::Tensor logits) const;
  // Goes on without the parts that have ended, once that pays. False: all have.
  [[nodiscard]] bool go_on();

  const model::VoiceModelOptions& tokens_;
  std::int64_t max_codes_;
  Sampler sampler_;
  std::vector<Part> parts_;
  torch::Device device_;
  model::Generation generation_;
};

}  // namespace myxtts::synthesis

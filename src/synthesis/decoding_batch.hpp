#pragma once
// Generates the codes of several utterances of one voice together, one code of each per step.

#include <torch/types.h>

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
    Speech* speech = nullptr;  // receives the codes
    bool is_speaking = true;
  };

  // The model and the objects that the parts point to must outlive this object. Shapes: latents [kLatents, D], on the
  // model's device.
  DecodingBatch(const model::VoiceModel& model, const torch::Tensor& latents, std::vector<Part> parts, TextMarks marks,
                const SpeakingOptions& options);

  // Generates codes until each part has reached STOP or max_codes. Call once.
  void speak();

 private:
  [[nodiscard]] torch::Tensor last_codes() const;  // int64 [parts]
  // Picks the part's next code. Shapes: logits float32 [V], on the host.
  void hear(Part& part, torch::Tensor logits) const;
  // Removes the parts that have ended once that saves time. Returns false if all have ended.
  [[nodiscard]] bool go_on();

  const model::VoiceModelOptions& tokens_;
  std::int64_t max_codes_;
  Sampler sampler_;
  std::vector<Part> parts_;
  torch::Device device_;
  model::Generation generation_;
};

}  // namespace myxtts::synthesis

#pragma once
// Turns text and a voice into speech.

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "model/gpt.hpp"
#include "synthesis/sampler.hpp"
#include "synthesis/speech_decoder.hpp"

namespace myxtts::synthesis {

inline constexpr std::int64_t kMaxCodes = 604;       // of one utterance: 28 s
inline constexpr std::int64_t kMaxTextTokens = 402;  // of one utterance, without START and STOP

struct Utterance {
  std::vector<std::int32_t> text;  // tokens, without START and STOP
  std::uint64_t index = 0;         // number of the utterance in the run; determines its random draws
};

// How a speaker sounds.
struct Voice {
  torch::Tensor latents;  // [kLatents, D]
};

struct Speech {
  std::vector<float> samples;  // mono, at kSampleRateHz
  std::vector<std::int64_t> codes;
  bool ended = false;  // false: max_codes was reached before STOP
};

// The text tokens that begin and end a text.
struct TextMarks {
  std::int64_t start = 0;
  std::int64_t stop = 0;
};

struct SpeakingOptions {
  SamplingOptions sampling;
  double speed = 1.0;
  std::int64_t max_codes = kMaxCodes;
};

// Thread: const and without state: any number of threads.
class Synthesizer {
 public:
  // Puts both models in evaluation mode. Shapes: mel_standard_deviation [M], see SpeechDecoder.
  Synthesizer(std::shared_ptr<model::VoiceModel> model, std::shared_ptr<model::Codec> codec,
              const torch::Tensor& mel_standard_deviation, TextMarks marks, torch::Device device);

  // The mean voice of several references. Shapes: each prompt [T, M], as prompt_mel() returns it.
  // Throws: core::DataError if there is no reference.
  [[nodiscard]] Voice make_voice(const std::vector<torch::Tensor>& prompts) const;

  // Speaks each utterance; the results are in the given order. An utterance's random draws do not depend on the others.
  // Throws: core::DataError for an utterance that is too long; core::ConfigError, see Sampler and SpeechDecoder.
  [[nodiscard]] std::vector<Speech> speak(std::span<const Utterance> utterances, const Voice& voice,
                                          const SpeakingOptions& options) const;

  [[nodiscard]] const SpeechDecoder& decoder() const { return decoder_; }

 private:
  std::shared_ptr<model::VoiceModel> model_;
  SpeechDecoder decoder_;
  TextMarks marks_;
  torch::Device device_;
};

}  // namespace myxtts::synthesis

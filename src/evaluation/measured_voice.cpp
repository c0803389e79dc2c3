#include "evaluation/measured_voice.hpp"

#include "core/error.hpp"
#include "stages/voice.hpp"

namespace myxtts::evaluation {

speech::LoadedVoice load_voice_model(const core::Path& checkpoint, torch::Device device) {
  speech::LoadedVoice voice = speech::load_voice(checkpoint, device);
  if (voice.voice) return voice;
  throw core::CheckpointError({.what = "the checkpoint holds no voice model",
                               .where = "--checkpoint",
                               .value = checkpoint.string(),
                               .expected = "a checkpoint of the voice stage",
                               .advice = {}});
}

preparation::VoicePreparationOptions evaluation_options(const speech::LoadedVoice& voice) {
  preparation::VoicePreparationOptions options = stages::voice_preparation_options(voice.settings, *voice.tokenizer);
  options.random_prompts = false;
  options.augmentation = {};
  return options;
}

}  // namespace myxtts::evaluation

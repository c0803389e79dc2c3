#include "system/measuring.hpp"

#include "core/error.hpp"
#include "stages/voice.hpp"

namespace myxtts::system {

LoadedVoice load_voice_model(const core::Path& checkpoint, torch::Device device) {
  LoadedVoice voice = load_voice(checkpoint, device);
  if (voice.voice) return voice;
  throw core::CheckpointError({.what = "the checkpoint holds no voice model",
                               .where = "--checkpoint",
                               .value = checkpoint.string(),
                               .expected = "a checkpoint of the voice stage",
                               .advice = {}});
}

preparation::VoicePreparationOptions evaluation_options(const LoadedVoice& voice) {
  preparation::VoicePreparationOptions options = stages::voice_preparation_options(voice.settings, *voice.tokenizer);
  options.random_prompts = false;
  options.augmentation = {};
  return options;
}

}  // namespace myxtts::system

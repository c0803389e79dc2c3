#include "evaluation/evaluation_options.hpp"

#include "stages/voice.hpp"

namespace myxtts::evaluation {

preparation::VoicePreparationOptions evaluation_options(const speech::LoadedVoice& voice) {
  preparation::VoicePreparationOptions options = stages::voice_preparation_options(voice.settings, *voice.tokenizer);
  options.random_prompts = false;
  options.augmentation = {};
  return options;
}

}  // namespace myxtts::evaluation

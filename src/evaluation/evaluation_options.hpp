#pragma once
// What the commands share that measure a voice model on clips: nothing in it is left to chance.

#include "preparation/voice_preparation.hpp"
#include "speech/speech.hpp"

namespace myxtts::evaluation {

// How rows are made for a voice to be measured on: with prompts by a fixed rule, and without augmentation.
[[nodiscard]] preparation::VoicePreparationOptions evaluation_options(const speech::LoadedVoice& voice);

}  // namespace myxtts::evaluation

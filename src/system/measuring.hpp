#pragma once
// What the commands share that measure a voice model on clips: nothing in it is left to chance.

#include <string>

#include "preparation/voice_preparation.hpp"
#include "system/speech.hpp"

namespace myxtts::system {

// Throws CheckpointError where something is missing or does not fit, and where the checkpoint is of the codec stage.
[[nodiscard]] LoadedVoice load_voice_model(const core::Path& checkpoint, torch::Device device);

// How rows are made for a voice to be measured on: with prompts by a fixed rule, and without augmentation.
[[nodiscard]] preparation::VoicePreparationOptions evaluation_options(const LoadedVoice& voice);

}  // namespace myxtts::system

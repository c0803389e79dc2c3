#pragma once
// Options shared by the commands that measure a voice model on clips; they use no random numbers.

#include "preparation/voice_preparation.hpp"
#include "speech/speech.hpp"

namespace myxtts::evaluation {

// Options for rows on which a voice is measured: prompts by a fixed rule, and no augmentation.
[[nodiscard]] preparation::VoicePreparationOptions evaluation_options(const speech::LoadedVoice& voice);

}  // namespace myxtts::evaluation

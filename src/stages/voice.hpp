#pragma once
// The voice stage: trains a voice model on texts, prompts, and the codes of the frozen codec.

#include "preparation/voice_preparation.hpp"
#include "stages/stage.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::stages {

[[nodiscard]] const Stage& voice_stage();

// The options for the rows of the voice model in training. Evaluation uses them too, but without random prompts and
// augmentation.
[[nodiscard]] preparation::VoicePreparationOptions voice_preparation_options(const config::Settings& settings,
                                                                             const text::Tokenizer& tokenizer);

}  // namespace myxtts::stages

#pragma once
// The voice's stage: audio codes by the frozen codec, texts and voice prompts in, a voice model out.

#include "preparation/voice_preparation.hpp"
#include "stages/stage.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::stages {

[[nodiscard]] const Stage& voice_stage();

// How the rows of the voice model are made in training. Evaluation makes them alike, but for what chance decides: the
// prompts, and augmentation.
[[nodiscard]] preparation::VoicePreparationOptions voice_preparation_options(const config::Settings& settings,
                                                                             const text::Tokenizer& tokenizer);

}  // namespace myxtts::stages

#pragma once
// What the commands share that measure a voice model on clips: nothing in it is left to chance.

#include "planning/batches.hpp"
#include "planning/schedule.hpp"
#include "preparation/voice_preparation.hpp"
#include "system/speech.hpp"

namespace myxtts::system {

// How rows are made for a voice to be measured on: with prompts by a fixed rule, and without augmentation.
[[nodiscard]] preparation::VoicePreparationOptions evaluation_options(const LoadedVoice& voice);

// A batch as an optimiser step of its own: its weights are 1 / its own target counts.
[[nodiscard]] planning::BatchPlan step_of_its_own(const planning::PlannedBatch& batch,
                                                  const planning::TargetsOfRow& targets);

}  // namespace myxtts::system

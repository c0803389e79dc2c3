#include "system/measuring.hpp"

#include "system/stage_data.hpp"

namespace myxtts::system {

preparation::VoicePreparationOptions evaluation_options(const LoadedVoice& voice) {
  preparation::VoicePreparationOptions options = voice_preparation_options(voice.settings, *voice.tokenizer);
  options.random_prompts = false;
  options.augmentation = {};
  return options;
}

planning::BatchPlan step_of_its_own(const planning::PlannedBatch& batch, const planning::TargetsOfRow& targets) {
  planning::BatchPlan plan;
  plan.clips = batch.clips;
  for (const std::uint32_t clip : batch.clips) {
    const planning::RowTargets row = targets(clip, 0);
    plan.step_text_targets += row.text;
    plan.step_audio_targets += row.audio;
  }
  return plan;
}

}  // namespace myxtts::system

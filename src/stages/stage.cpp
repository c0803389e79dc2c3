#include "stages/stage.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/error.hpp"
#include "stages/catalogue/catalogue.hpp"

namespace myxtts::stages {

std::unique_ptr<planning::StageSchedule> Stage::make_schedule(const RunData&,
                                                              std::vector<planning::PlannedBatch>) const {
  throw core::UsageError({.what = "no batches can be given to this stage",
                          .where = "--batches",
                          .value = name(),
                          .expected = {},
                          .advice = "Leave it out."});
}

std::vector<const Stage*> chosen_stages(StageList stages, const std::string& list) {
  const std::vector<std::string> names = names_of(list);
  std::vector<const Stage*> chosen;
  std::ranges::copy_if(stages, std::back_inserter(chosen), [&](const Stage* stage) {
    return std::ranges::find(names, stage->entry().name) != names.end();
  });
  return chosen;
}

const Stage& stage_named(StageList stages, std::string_view name) {
  const auto found = std::ranges::find(stages, name, [](const Stage* stage) { return stage->entry().name; });
  if (found == stages.end()) throw std::logic_error("no stage is called '" + std::string(name) + "'");
  return **found;
}

contracts::TrainState new_frozen_parts(StageList stages, const Stage& stage, const RunData& run,
                                       const device::DeviceRuntime& runtime) {
  contracts::TrainState state;
  for (const Stage* other : stages) {
    if (stage.entry().learns_from(other->entry().name)) other->make_learner(run, runtime, nullptr)->save(state);
  }
  for (auto& [stem, tensors] : state.weights) {
    for (auto& [name, tensor] : tensors) tensor = tensor.cpu();
  }
  return state;
}

config::EpochSize epoch_size(const Stage& stage, const config::Settings& settings, const TrainingData& clips) {
  config::EpochSize epoch;
  for (const dataset::Clip& clip : clips.train.clips()) {
    epoch.clips += clip.weight;
    epoch.text_tokens += clip.weight * static_cast<double>(clip.tokens.size());
    epoch.speech_seconds += clip.weight * clip.audio.seconds();
  }
  epoch.batches = stage.make_schedule(settings, clips)->batches_in_epoch(0);
  return epoch;
}

}  // namespace myxtts::stages

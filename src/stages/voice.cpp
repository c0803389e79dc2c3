#include "stages/voice.hpp"

#include <algorithm>

#include "architecture/parameter_count.hpp"
#include "config/model_options.hpp"
#include "device/role_thread.hpp"
#include "model/gpt.hpp"
#include "stages/catalogue/voice.hpp"
#include "stages/held_out.hpp"
#include "stages/plan/role_memory.hpp"
#include "stages/plan/voice_plan.hpp"
#include "training/module_state.hpp"
#include "training/voice_learner.hpp"

namespace myxtts::stages {
namespace {

using device::Role;

preparation::VoicePreparationOptions options_of(const config::Settings& settings, const TrainingData& clips) {
  return voice_preparation_options(settings, tokenizer_of(clips));
}

// Every group of rows after the first needs its own copy of the gradients. If a model is so large that this memory
// matters, its operators are large enough to run on several threads instead.
constexpr std::int64_t kMaxExtraGradientBytes = std::int64_t{256} << 20;

// One group per thread of the model role, as far as memory allows; on a GPU one group, because its operators fill it.
preparation::RowGroups row_groups(const RunData& run, const device::DeviceRuntime& runtime) {
  if (!runtime.device(Role::kModel).is_cpu()) return {};
  const std::int64_t text_tokens = tokenizer_of(run.clips).vocabulary_size();
  const architecture::VoiceModelOptions model = config::voice_model_options(run.settings, text_tokens);
  const auto gradient_bytes = architecture::voice_parameters(model) * static_cast<std::int64_t>(sizeof(float));
  const std::int64_t affordable = 1 + kMaxExtraGradientBytes / gradient_bytes;
  return {std::min<std::int64_t>(runtime.threads(Role::kModel), affordable),
          [model](std::int64_t tokens, std::int64_t frames) { return model::row_cost(model, tokens, frames); }};
}

std::shared_ptr<const model::Codec> frozen_codec(const config::Settings& settings, const contracts::TrainState& state,
                                                 torch::Device device) {
  model::Initialiser initialiser(0, device);
  auto codec = std::make_shared<model::Codec>(config::codec_options(settings.codec), initialiser);
  training::load_module(*codec, state, kCodec.weights());
  codec->eval();
  return codec;
}

class VoiceStage final : public Stage {
 public:
  [[nodiscard]] const StagePlan& plan() const override { return voice_plan(); }

  [[nodiscard]] std::unique_ptr<planning::StageSchedule> make_schedule(const config::Settings& settings,
                                                                       const TrainingData& clips) const override {
    const preparation::VoicePreparationOptions options = options_of(settings, clips);
    return std::make_unique<planning::StageSchedule>(
        preparation::row_costs(clips.train, options.packing.text_stop_input),
        preparation::row_targets(clips.train, options), settings.batch, options.seed, options.stage,
        clips.train.weights());
  }

  [[nodiscard]] std::unique_ptr<planning::StageSchedule> make_schedule(
      const RunData& run, std::vector<planning::PlannedBatch> batches) const override {
    return std::make_unique<planning::StageSchedule>(
        std::move(batches), preparation::row_targets(run.clips.train, options_of(run.settings, run.clips)),
        run.settings.batch.accumulation);
  }

  [[nodiscard]] StageData make_data(const RunData& run, const contracts::TrainState& frozen,
                                    device::DeviceRuntime& runtime, device::SpanRecorder* spans) const override {
    const config::Settings& settings = run.settings;
    preparation::VoicePreparationOptions options = options_of(settings, run.clips);
    options.groups = row_groups(run, runtime);
    const torch::Device device = runtime.device(Role::kData);
    dataset::BrokenClips* broken = run.clips.broken.get();
    StageData data{nullptr, make_schedule(settings, run.clips), {}};
    device::run_as(runtime, Role::kData, [&] {
      const auto codec = frozen_codec(settings, frozen, device);
      data.training = std::make_unique<preparation::VoicePreparation>(run.clips.train, run.statistics, codec, options,
                                                                      device, spans, broken);
      options.random_prompts = false;
      options.augmentation = {};
      options.groups = {};
      preparation::VoicePreparation held_out(run.clips.validation, run.statistics, codec, options, device, nullptr,
                                             broken);
      data.validation =
          prepare_held_out(held_out, preparation::row_costs(run.clips.validation, options.packing.text_stop_input),
                           settings, preparation::row_targets(run.clips.validation, options));
    });
    return data;
  }

  [[nodiscard]] std::unique_ptr<contracts::Learner> make_learner(const RunData& run,
                                                                 const device::DeviceRuntime& runtime,
                                                                 device::SpanRecorder* spans) const override {
    model::Initialiser initialiser(static_cast<std::uint64_t>(run.settings.run.seed), runtime.device(Role::kModel));
    const std::int64_t text_tokens = tokenizer_of(run.clips).vocabulary_size();
    const auto voice =
        std::make_shared<model::VoiceModel>(config::voice_model_options(run.settings, text_tokens), initialiser);
    return std::make_unique<training::VoiceLearner>(voice, run.settings, spans);
  }

  [[nodiscard]] bool keeps_prepared_data(const config::Settings& settings) const override {
    return config::code_cache_mb(settings) > 0;
  }
};

}  // namespace

preparation::VoicePreparationOptions voice_preparation_options(const config::Settings& settings,
                                                               const text::Tokenizer& tokenizer) {
  preparation::VoicePreparationOptions options;
  options.conditioning = settings.conditioning;
  options.packing = {.text_start = tokenizer.start_id(),
                     .text_stop = tokenizer.stop_id(),
                     .audio_start = settings.codec.codes,
                     .audio_stop = settings.codec.codes + 1,
                     .text_stop_input = settings.model.text_stop_input == "always",
                     .few_sizes = is_half_precision(settings)};
  options.seed = static_cast<std::uint64_t>(settings.run.seed);
  options.stage = kVoice.number;
  options.augmentation = settings.augmentation;
  options.cache_bytes = config::code_cache_mb(settings) << 20;
  return options;
}

const Stage& voice_stage() {
  static const VoiceStage stage;
  return stage;
}

}  // namespace myxtts::stages

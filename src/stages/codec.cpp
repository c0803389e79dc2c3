#include "stages/codec.hpp"

#include "config/model_options.hpp"
#include "device/role_thread.hpp"
#include "preparation/codec_preparation.hpp"
#include "stages/catalogue/codec.hpp"
#include "stages/held_out.hpp"
#include "stages/plan/codec_plan.hpp"
#include "training/codec_learner.hpp"

namespace myxtts::stages {
namespace {

using device::Role;

std::uint64_t seed_of(const config::Settings& settings) { return static_cast<std::uint64_t>(settings.run.seed); }

// A crop costs the same for every clip, and its targets are not counted: its frames are weighted when it is made.
std::vector<std::int64_t> equal_costs(const dataset::Dataset& clips) {
  return std::vector<std::int64_t>(clips.size(), 1);
}

planning::RowTargets no_targets(std::uint32_t, std::int64_t) { return {}; }

class CodecStage final : public Stage {
 public:
  [[nodiscard]] const StagePlan& plan() const override { return codec_plan(); }

  [[nodiscard]] std::unique_ptr<planning::StageSchedule> make_schedule(const config::Settings& settings,
                                                                       const TrainingData& clips) const override {
    config::BatchSettings batches;
    batches.size = settings.codec.batch_size;
    batches.by = "count";
    return std::make_unique<planning::StageSchedule>(equal_costs(clips.train), no_targets, batches, seed_of(settings),
                                                     kCodec.number, clips.train.weights());
  }

  [[nodiscard]] StageData make_data(const RunData& run, const contracts::TrainState&, device::DeviceRuntime& runtime,
                                    device::SpanRecorder* spans) const override {
    const config::Settings& settings = run.settings;
    preparation::CodecPreparationOptions options{settings.codec.crop_frames, seed_of(settings), kCodec.number, true,
                                                 settings.augmentation};
    const torch::Device device = runtime.device(Role::kData);
    dataset::BrokenClips* broken = run.clips.broken.get();
    StageData data{nullptr, make_schedule(settings, run.clips), {}};
    device::run_as(runtime, Role::kData, [&] {
      data.training = std::make_unique<preparation::CodecPreparation>(run.clips.train, run.statistics, options, device,
                                                                      spans, broken);
      options.random_crops = false;
      options.augmentation = {};
      preparation::CodecPreparation held_out(run.clips.validation, run.statistics, options, device, nullptr, broken);
      data.validation = prepare_held_out(held_out, equal_costs(run.clips.validation), settings, no_targets);
    });
    return data;
  }

  [[nodiscard]] std::unique_ptr<contracts::Learner> make_learner(const RunData& run,
                                                                 const device::DeviceRuntime& runtime,
                                                                 device::SpanRecorder* spans) const override {
    model::Initialiser initialiser(seed_of(run.settings), runtime.device(Role::kModel));
    const auto codec = std::make_shared<model::Codec>(config::codec_options(run.settings.codec), initialiser);
    codec->set_mean((run.statistics.mean / run.statistics.standard_deviation).to(initialiser.device()));
    return std::make_unique<training::CodecLearner>(codec, run.settings, spans);
  }
};

}  // namespace

const Stage& codec_stage() {
  static const CodecStage stage;
  return stage;
}

}  // namespace myxtts::stages

#include "training/voice_learner.hpp"

#include "core/random.hpp"
#include "model/parameters.hpp"
#include "training/module_state.hpp"

namespace myxtts::training {
namespace {

std::vector<ParameterGroup> decay_groups(const model::VoiceModel& model, double weight_decay) {
  ParameterGroup decayed{{}, weight_decay};
  ParameterGroup free{{}, 0};
  for (const auto& item : model.named_parameters()) {
    ParameterGroup& group = model::takes_weight_decay(item.key()) ? decayed : free;
    group.parameters.emplace_back(item.key(), item.value());
  }
  return {decayed, free};
}

AdamWOptions adamw_options(const config::VoiceSettings& voice, device::Precision precision) {
  AdamWOptions options;
  options.beta1 = voice.beta1;
  options.beta2 = voice.beta2;
  options.clip_norm = voice.clip_norm;
  options.scales_gradients = precision == device::Precision::kFp16;
  return options;
}

const contracts::VoiceBatch& voice_batch(const contracts::DeviceBatch& batch) {
  return std::get<contracts::VoiceBatch>(batch.batch.payload);
}

}  // namespace

core::Losses voice_loss_sums(const model::VoiceModel& model, const contracts::VoiceBatch& batch) {
  const torch::NoGradGuard no_grad;
  const model::VoiceLoss losses = model::voice_loss(model.forward(batch), batch, 0);
  const auto text = static_cast<double>(batch.text_target_count);
  const auto audio = static_cast<double>(batch.audio_target_count);
  return {{"text_loss_sum", losses.text_loss.item<double>() * text},
          {"text_targets", text},
          {"audio_loss_sum", losses.audio_loss.item<double>() * audio},
          {"audio_correct", losses.audio_accuracy.item<double>() * audio},
          {"audio_targets", audio}};
}

core::Losses mean_voice_losses(const core::Losses& sums, double text_weight) {
  core::Losses means;
  means["text_loss"] = sums.at("text_loss_sum") / sums.at("text_targets");
  means["audio_loss"] = sums.at("audio_loss_sum") / sums.at("audio_targets");
  means["audio_accuracy"] = sums.at("audio_correct") / sums.at("audio_targets");
  means["loss"] = means["audio_loss"] + text_weight * means["text_loss"];
  return means;
}

VoiceLearner::VoiceLearner(std::shared_ptr<model::VoiceModel> model, const config::Settings& settings,
                           device::SpanRecorder* spans)
    : model_(std::move(model)),
      text_weight_(settings.voice.text_weight),
      seed_(static_cast<std::uint64_t>(settings.run.seed)),
      precision_(device::precision_of(settings.run.precision)),
      rate_{settings.voice.learning_rate, settings.voice.warmup_steps, settings.voice.steps,
            settings.voice.final_rate_share},
      optimizer_(decay_groups(*model_, settings.voice.weight_decay), adamw_options(settings.voice, precision_)),
      sums_(torch::zeros({4}, model_->parameters().front().options().requires_grad(false))),
      spans_(spans) {}

torch::Tensor VoiceLearner::forward(const contracts::DeviceBatch& batch) {
  const device::MeasuredPart part(spans_, "forward", batch.batch.header.sequence, device::Stream::kModel);
  seed_dropout({seed_, kStage, batch.batch.header.sequence, 0, core::Purpose::kDropout}, sums_.device());
  model_->train();
  const model::VoiceLoss losses = loss_of(voice_batch(batch));
  sums_ += torch::stack({losses.loss.detach(), losses.text_loss, losses.audio_loss, losses.audio_accuracy});
  return losses.loss;
}

void VoiceLearner::accumulate(const contracts::DeviceBatch& batch) {
  const torch::Tensor loss = forward(batch);
  const device::MeasuredPart part(spans_, "backward", batch.batch.header.sequence, device::Stream::kModel);
  optimizer_.scaled(loss).backward();
}

model::VoiceLoss VoiceLearner::loss_of(const contracts::VoiceBatch& batch) const {
  const device::Autocast autocast(precision_, sums_.device());
  return model::voice_loss(model_->forward(batch), batch, text_weight_);
}

contracts::PendingStep VoiceLearner::update(std::int64_t step) {
  const device::MeasuredPart part(spans_, "optimiser", static_cast<std::uint64_t>(step), device::Stream::kModel);
  contracts::PendingStep pending;
  pending.learning_rate = learning_rate(rate_, step);
  const UpdateResult result = optimizer_.step(pending.learning_rate);
  pending.values = torch::cat({sums_, torch::stack({result.grad_norm, result.found_inf})});
  pending.names = {"loss", "text_loss", "audio_loss", "audio_accuracy", "grad_norm", "found_inf"};
  sums_ = torch::zeros_like(sums_);
  return pending;
}

core::Losses VoiceLearner::evaluate(const contracts::DeviceBatch& batch) {
  model_->eval();
  const device::Autocast autocast(precision_, sums_.device());
  return voice_loss_sums(*model_, voice_batch(batch));
}

core::Losses VoiceLearner::combine(const core::Losses& sums) const { return mean_voice_losses(sums, text_weight_); }

void VoiceLearner::save(contracts::TrainState& state) const {
  state.weights["voice"] = module_tensors(*model_);
  optimizer_.save(state.optimizer);
}

void VoiceLearner::load(const contracts::TrainState& state) {
  load_module(*model_, state, "voice");
  optimizer_.load(state.optimizer);
}

}  // namespace myxtts::training

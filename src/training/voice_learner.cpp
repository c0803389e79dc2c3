#include "training/voice_learner.hpp"

#include <algorithm>
#include <utility>

#include "core/random.hpp"
#include "device/role.hpp"
#include "device/thread_budget.hpp"
#include "model/dropout.hpp"
#include "model/parameters.hpp"
#include "stages/catalogue/voice.hpp"
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
  double text = 0;
  double audio = 0;
  for (const contracts::PackedRows& group : batch.groups) {
    text += static_cast<double>(group.text_target_offsets.back());
    audio += static_cast<double>(group.audio_target_offsets.back());
  }
  core::Losses sums{{"text_targets", text}, {"audio_targets", audio}};
  for (const contracts::PackedRows& group : batch.groups) {
    const model::VoiceLoss losses = model::voice_loss(model.forward(group), group, 0);
    sums["text_loss_sum"] += losses.text_loss.item<double>() * text;
    sums["audio_loss_sum"] += losses.audio_loss.item<double>() * audio;
    sums["audio_correct"] += losses.audio_accuracy.item<double>() * audio;
  }
  return sums;
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
      parameters_(model_->parameters()),
      sums_(torch::zeros({4}, model_->parameters().front().options().requires_grad(false))),
      spans_(spans) {}

VoiceLearner::GroupLoss VoiceLearner::forward(const contracts::PackedRows& group, std::uint64_t sequence,
                                              std::uint32_t number) const {
  const core::RandomCoordinates coordinates{seed_, stages::kVoice.number, sequence, number, core::Purpose::kDropout};
  model::seed_dropout(core::CounterRandom(coordinates).next_u64(), sums_.device());
  const model::VoiceLoss losses = loss_of(group);
  return {losses.loss,
          torch::stack({losses.loss.detach(), losses.text_loss, losses.audio_loss, losses.audio_accuracy})};
}

concurrency::ThreadTeam::Task VoiceLearner::start_others(const std::vector<contracts::PackedRows>& groups,
                                                         std::uint64_t sequence,
                                                         std::vector<GroupGradients>& gradients) {
  return team_.start(gradients.size(), [this, &groups, &gradients, sequence, role = device::current_role(),
                                        threads = at::get_num_threads()](std::size_t other) {
    const device::RoleScope scope(role);
    const device::ThreadBudget budget(threads);
    const GroupLoss own = forward(groups[other + 1], sequence, static_cast<std::uint32_t>(other + 1));
    gradients[other] = {own.parts, torch::autograd::grad({optimizer_.scaled(own.loss)}, parameters_)};
  });
}

void VoiceLearner::add(const GroupGradients& group) {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i].mutable_grad().add_(group.gradients[i]);
  sums_ += group.parts;
}

void VoiceLearner::accumulate(const contracts::DeviceBatch& batch) {
  const std::uint64_t sequence = batch.batch.header.sequence;
  const std::vector<contracts::PackedRows>& groups = voice_batch(batch).groups;
  model_->train();
  const device::ThreadBudget budget(std::max(1, at::get_num_threads() / static_cast<int>(groups.size())));
  std::vector<GroupGradients> gradients(groups.size() - 1);
  concurrency::ThreadTeam::Task others = start_others(groups, sequence, gradients);
  const GroupLoss own = [&] {
    const device::MeasuredPart part(spans_, "forward", sequence, device::Stream::kModel);
    return forward(groups[0], sequence, 0);
  }();
  sums_ += own.parts;
  const device::MeasuredPart part(spans_, "backward", sequence, device::Stream::kModel);
  optimizer_.scaled(own.loss).backward();
  others.wait();
  for (const GroupGradients& other : gradients) add(other);
}

model::VoiceLoss VoiceLearner::loss_of(const contracts::PackedRows& group) const {
  const device::Autocast autocast(precision_, sums_.device());
  return model::voice_loss(model_->forward(group), group, text_weight_);
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
  state.weights[stages::kVoice.weights()] = module_tensors(*model_);
  optimizer_.save(state.optimizer);
}

void VoiceLearner::load_weights(const contracts::TrainState& state) {
  load_module(*model_, state, stages::kVoice.weights());
}

void VoiceLearner::load(const contracts::TrainState& state) {
  load_weights(state);
  optimizer_.load(state.optimizer);
}

}  // namespace myxtts::training

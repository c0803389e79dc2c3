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
#include "training/row_groups.hpp"

namespace myxtts::training {
namespace {

// Each group of rows behind the first has gradients of its own. A model that is large enough to make this matter has
// operators that are worth sharing between threads.
constexpr std::int64_t kMostExtraGradientBytes = std::int64_t{256} << 20;

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

// Multiply-adds of the large matrix products of a row, but for a common factor.
double products_of_row(const model::VoiceModelOptions& options, double tokens, double frames) {
  const auto width = static_cast<double>(options.width);
  const auto conditioning_width = static_cast<double>(options.conditioning_width);
  const double gpt = static_cast<double>(options.layers) * tokens * width * (12 * width + tokens);
  const double conditioning = static_cast<double>(options.conditioning_blocks) * frames * conditioning_width *
                              (4 * conditioning_width + 2 * frames);
  return gpt + conditioning;
}

std::int64_t bytes_of(const std::vector<torch::Tensor>& tensors) {
  std::int64_t bytes = 0;
  for (const torch::Tensor& tensor : tensors) bytes += static_cast<std::int64_t>(tensor.nbytes());
  return bytes;
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
      parameters_(model_->parameters()),
      most_groups_(1 + kMostExtraGradientBytes / bytes_of(parameters_)),
      sums_(torch::zeros({4}, model_->parameters().front().options().requires_grad(false))),
      spans_(spans) {}

std::vector<contracts::VoiceBatch> VoiceLearner::groups_of(const contracts::VoiceBatch& batch) const {
  if (!sums_.is_cpu()) return {batch};
  return split_rows(batch, std::min<std::int64_t>(at::get_num_threads(), most_groups_),
                    [&](std::int64_t tokens, std::int64_t frames) {
                      return products_of_row(model_->options(), static_cast<double>(tokens),
                                             static_cast<double>(frames));
                    });
}

VoiceLearner::GroupLoss VoiceLearner::forward(const contracts::VoiceBatch& group, std::uint64_t sequence,
                                              std::uint32_t number) const {
  const core::RandomCoordinates coordinates{seed_, stages::kVoice.number, sequence, number, core::Purpose::kDropout};
  model::seed_dropout(core::CounterRandom(coordinates).next_u64(), sums_.device());
  const model::VoiceLoss losses = loss_of(group);
  return {losses.loss,
          torch::stack({losses.loss.detach(), losses.text_loss, losses.audio_loss, losses.audio_accuracy})};
}

std::vector<std::future<VoiceLearner::GroupGradients>> VoiceLearner::start_others(
    const std::vector<contracts::VoiceBatch>& groups, std::uint64_t sequence) const {
  std::vector<std::future<GroupGradients>> others;
  for (std::uint32_t number = 1; number < groups.size(); ++number) {
    const auto compute = [this, &groups, sequence, number, role = device::current_role(),
                          threads = at::get_num_threads()] {
      const device::RoleScope scope(role);
      const device::ThreadBudget budget(threads);
      const GroupLoss own = forward(groups[number], sequence, number);
      return GroupGradients{own.parts, torch::autograd::grad({optimizer_.scaled(own.loss)}, parameters_)};
    };
    others.push_back(std::async(std::launch::async, compute));
  }
  return others;
}

void VoiceLearner::add(const GroupGradients& group) {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i].mutable_grad().add_(group.gradients[i]);
  sums_ += group.parts;
}

void VoiceLearner::accumulate(const contracts::DeviceBatch& batch) {
  const std::uint64_t sequence = batch.batch.header.sequence;
  const std::vector<contracts::VoiceBatch> groups = groups_of(voice_batch(batch));
  model_->train();
  const device::ThreadBudget budget(std::max(1, at::get_num_threads() / static_cast<int>(groups.size())));
  std::vector<std::future<GroupGradients>> others = start_others(groups, sequence);
  const GroupLoss own = [&] {
    const device::MeasuredPart part(spans_, "forward", sequence, device::Stream::kModel);
    return forward(groups[0], sequence, 0);
  }();
  sums_ += own.parts;
  const device::MeasuredPart part(spans_, "backward", sequence, device::Stream::kModel);
  optimizer_.scaled(own.loss).backward();
  for (std::future<GroupGradients>& other : others) add(other.get());
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

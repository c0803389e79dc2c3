#include "training/codec_learner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "architecture/speech.hpp"
#include "core/random.hpp"
#include "device/upload.hpp"
#include "stages/catalogue/codec.hpp"
#include "training/module_state.hpp"

namespace myxtts::training {
namespace {

AdamWOptions adamw_options(const config::CodecSettings& settings, device::Precision precision) {
  AdamWOptions options;
  options.beta1 = 0.9;
  options.beta2 = 0.999;
  options.clip_norm = settings.clip_norm;
  options.scales_gradients = precision == device::Precision::kFp16;
  return options;
}

const contracts::CodecBatch& codec_batch(const contracts::DeviceBatch& batch) {
  return std::get<contracts::CodecBatch>(batch.batch.payload);
}

struct CodecLoss {
  torch::Tensor mel;     // mean squared error over real frames and mel bins
  torch::Tensor commit;  // mean over codes, weighted by their real frames
};

CodecLoss codec_loss(const model::Codec::Output& output, const contracts::CodecBatch& batch) {
  const torch::Tensor error = (output.reconstruction - batch.mels).square().mean(1);
  const torch::Tensor code_weights =
      batch.frame_weights.view({batch.frame_weights.size(0), -1, architecture::kFramesPerCode}).sum(2);
  return {(error * batch.frame_weights).sum(), (output.commitment * code_weights).sum()};
}

contracts::NamedTensors named_parameters(const model::Codec& codec) {
  contracts::NamedTensors parameters;
  for (const auto& item : codec.named_parameters()) parameters.emplace_back(item.key(), item.value());
  return parameters;
}

}  // namespace

CodecLearner::CodecLearner(std::shared_ptr<model::Codec> codec, const config::Settings& settings,
                           device::SpanRecorder* spans)
    : codec_(std::move(codec)),
      settings_(settings.codec),
      seed_(static_cast<std::uint64_t>(settings.run.seed)),
      precision_(device::precision_of(settings.run.precision)),
      rate_{settings_.learning_rate, settings_.warmup_steps, settings_.steps, settings_.final_rate_share},
      optimizer_({{named_parameters(*codec_), 0.0}}, adamw_options(settings_, precision_)),
      codebook_update_({settings_.codebook_decay, settings_.dead_count}),
      sums_(torch::zeros({3}, codec_->parameters().front().options().requires_grad(false))),
      spans_(spans) {
  settings_.codebook_step = std::min(settings_.codebook_step, settings_.steps);  // a short plan ends with codes too
}

torch::Tensor CodecLearner::forward(const contracts::DeviceBatch& batch) {
  const device::MeasuredPart part(spans_, "forward", batch.batch.header.sequence, device::Stream::kModel);
  using Bottleneck = model::Codec::Bottleneck;
  const contracts::CodecBatch& crops = codec_batch(batch);
  const model::Codec::Output output =
      in_precision(crops.mels, has_codes() ? Bottleneck::kQuantised : Bottleneck::kOpen);
  const CodecLoss losses = codec_loss(output, crops);
  torch::Tensor loss = has_codes() ? losses.mel + settings_.commitment * losses.commit : losses.mel;
  sums_ += torch::stack({loss.detach(), losses.mel.detach(), losses.commit.detach()});
  chosen_.push_back({output.latents.detach(), output.codes});
  return loss;
}

void CodecLearner::accumulate(const contracts::DeviceBatch& batch) {
  const torch::Tensor loss = forward(batch);
  const device::MeasuredPart part(spans_, "backward", batch.batch.header.sequence, device::Stream::kModel);
  optimizer_.scaled(loss).backward();
  if (!has_codes()) gather_for_codebook(codec_batch(batch).mels);  // last: a failed batch must not be added
}

model::Codec::Output CodecLearner::in_precision(const torch::Tensor& mels, model::Codec::Bottleneck bottleneck) const {
  const device::Autocast autocast(precision_, sums_.device());
  return codec_->forward(mels, bottleneck);
}

contracts::PendingStep CodecLearner::update(std::int64_t step) {
  const device::MeasuredPart part(spans_, "optimiser", static_cast<std::uint64_t>(step), device::Stream::kModel);
  contracts::PendingStep pending;
  pending.learning_rate = learning_rate(rate_, step);
  const UpdateResult result = optimizer_.step(pending.learning_rate);
  if (has_codes()) update_codebook(step, result.found_inf);
  chosen_.clear();
  steps_done_ = step;
  if (step == settings_.codebook_step) make_codebook();
  pending.values = torch::cat({sums_, torch::stack({result.grad_norm, result.found_inf})});
  pending.names = {"loss", "mel_loss", "commit_loss", "grad_norm", "found_inf"};
  sums_ = torch::zeros_like(sums_);
  return pending;
}

void CodecLearner::gather_for_codebook(const torch::Tensor& mels) {
  const std::int64_t vectors = mels.size(0) * (mels.size(2) / architecture::kFramesPerCode);
  const auto wanted = static_cast<std::size_t>((settings_.codebook_vectors + vectors - 1) / vectors);
  recent_mels_.push_back(mels.clone());
  while (recent_mels_.size() > wanted) recent_mels_.pop_front();
}

void CodecLearner::make_codebook() {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> latents;
  for (const torch::Tensor& mels : recent_mels_) latents.push_back(codec_->encode(mels).flatten(0, 1));
  const torch::Tensor all = torch::cat(latents);
  const torch::Tensor draws = model::kmeans_draws(all.size(0), settings_.codes, settings_.codebook_rounds, seed_);
  model::set_entries(*codec_, model::kmeans(all, device::uploaded(draws, all.device())));
  recent_mels_.clear();
}

void CodecLearner::update_codebook(std::int64_t step, const torch::Tensor& found_inf) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> latents;
  std::vector<torch::Tensor> codes;
  for (const Chosen& chosen : chosen_) {
    latents.push_back(chosen.latents.flatten(0, 1).unsqueeze(0));
    codes.push_back(chosen.codes.flatten().unsqueeze(0));
  }
  const torch::Tensor all = torch::cat(latents, 1);
  core::CounterRandom random(
      {seed_, stages::kCodec.number, static_cast<std::uint64_t>(step), 0, core::Purpose::kCodebook});
  std::vector<std::int64_t> replacements(static_cast<std::size_t>(settings_.codes));
  for (std::int64_t& position : replacements) {
    position = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(all.size(1))));
  }
  codebook_update_.apply(*codec_, all, torch::cat(codes, 1), found_inf,
                         device::uploaded(torch::tensor(replacements, torch::kInt64), all.device()));
}

core::Losses CodecLearner::evaluate(const contracts::DeviceBatch& batch) {
  const torch::NoGradGuard no_grad;
  const contracts::CodecBatch& crops = codec_batch(batch);
  const CodecLoss losses = codec_loss(in_precision(crops.mels, model::Codec::Bottleneck::kQuantised), crops);
  // The batch's weights are 1 / its number of real frames, so multiplying by that number turns means into sums.
  const auto frames = static_cast<double>(batch.batch.header.real_positions);
  return {{"mel_loss_sum", losses.mel.item<double>() * frames},
          {"commit_loss_sum", losses.commit.item<double>() * frames},
          {"frames", frames}};
}

core::Losses CodecLearner::combine(const core::Losses& sums) const {
  core::Losses means;
  means["mel_loss"] = sums.at("mel_loss_sum") / sums.at("frames");
  means["commit_loss"] = sums.at("commit_loss_sum") / sums.at("frames");
  means["loss"] = means["mel_loss"] + settings_.commitment * means["commit_loss"];
  return means;
}

void CodecLearner::save(contracts::TrainState& state) const {
  state.weights[stages::kCodec.weights()] = module_tensors(*codec_);
  optimizer_.save(state.optimizer);
  for (std::size_t i = 0; i < recent_mels_.size(); ++i) {
    state.optimizer.emplace_back(fmt::format("recent_mels.{:03}", i), recent_mels_[i]);
  }
}

void CodecLearner::load_weights(const contracts::TrainState& state) {
  load_module(*codec_, state, stages::kCodec.weights());
}

void CodecLearner::load(const contracts::TrainState& state) {
  load_weights(state);
  optimizer_.load(state.optimizer);
  steps_done_ = state.progress.step;
  recent_mels_.clear();
  for (const auto& [name, tensor] : state.optimizer) {
    if (name.starts_with("recent_mels."))
      recent_mels_.push_back(tensor.to(sums_.device(), torch::kFloat32, false, true));
  }
}

}  // namespace myxtts::training

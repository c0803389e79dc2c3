#include "evaluation/clip_losses.hpp"

#include <optional>

#include "evaluation/evaluation_options.hpp"

namespace myxtts::evaluation {
namespace {

using Clips = std::vector<std::uint32_t>;

// For each clip, the next clip of the set (cyclic) with another text; the clip itself if all texts are equal.
Clips with_other_texts(const dataset::Dataset& data, const Clips& clips) {
  Clips others;
  for (const std::uint32_t clip : clips) {
    std::uint32_t other = clip;
    do {
      other = (other + 1) % static_cast<std::uint32_t>(data.size());
    } while (other != clip && data.clip(other).tokens == data.clip(clip).tokens);
    others.push_back(other);
  }
  return others;
}

// The rows with the texts of `others`.
contracts::PackedRows replace_texts(const contracts::PackedRows& rows, const dataset::Dataset& data,
                                    const Clips& others, const preparation::PackingOptions& packing) {
  std::vector<preparation::VoiceRow> replaced;
  for (std::size_t r = 0; r < others.size(); ++r) {
    replaced.push_back({.text = data.clip(others[r]).tokens,
                        .codes = contracts::codes_of_row(rows, r),
                        .prompt = contracts::part_of_row(rows.prompt_mels, rows.prompt_offsets, r),
                        .first_masked = 0,
                        .end_masked = 0});
  }
  return preparation::pack(replaced, packing, rows.text_target_offsets.back(), rows.audio_target_offsets.back());
}

// The mean cross entropy of each row's audio targets, float64 [R] on the host.
torch::Tensor row_losses(const model::VoiceModel& voice, const contracts::PackedRows& rows) {
  const torch::Tensor logits = voice.forward(rows).audio.to(torch::kFloat32);
  const torch::Tensor losses = torch::cross_entropy_loss(logits, rows.audio_targets, std::nullopt, at::Reduction::None);
  std::vector<torch::Tensor> means;
  for (std::size_t row = 0; row + 1 < rows.audio_target_offsets.size(); ++row) {
    means.push_back(contracts::part_of_row(losses, rows.audio_target_offsets, row).mean(torch::kFloat64));
  }
  return torch::stack(means).cpu();
}

}  // namespace

std::vector<quality::ClipLoss> clip_losses(const speech::LoadedVoice& voice, const dataset::Dataset& data,
                                           device::Precision precision) {
  const torch::NoGradGuard no_grad;
  const preparation::VoicePreparationOptions options = evaluation_options(voice);
  preparation::VoicePreparation preparation(data, {voice.mean, voice.standard_deviation}, voice.codec, options,
                                            voice.device);
  const planning::TargetsOfRow targets = preparation::row_targets(data, options);
  const std::vector<std::int64_t> costs = preparation::row_costs(data, options.packing.text_stop_input);
  std::vector<quality::ClipLoss> losses;
  for (const planning::PlannedBatch& planned : planning::plan_in_order(costs, voice.settings.batch)) {
    const contracts::Batch batch =
        preparation.prepare(preparation.decode(planning::single_step_plan(planned, targets)));
    const contracts::PackedRows& own = std::get<contracts::VoiceBatch>(batch.payload).groups.front();
    const contracts::PackedRows other =
        replace_texts(own, data, with_other_texts(data, planned.clips), options.packing);
    const device::Autocast autocast(precision, voice.device);  // after the codes: training computes them in fp32 too
    const torch::Tensor own_losses = row_losses(*voice.voice, own);
    const torch::Tensor gains = row_losses(*voice.voice, other) - own_losses;
    for (std::int64_t r = 0; r < own_losses.size(0); ++r) {
      losses.push_back({.loss = own_losses[r].item<double>(), .text_gain = gains[r].item<double>()});
    }
  }
  return losses;
}

}  // namespace myxtts::evaluation

#include "system/clip_losses.hpp"

#include <optional>

#include "system/measuring.hpp"

namespace myxtts::system {
namespace {

using Clips = std::vector<std::uint32_t>;

// Audio targets of each row of a batch.
std::vector<std::int64_t> audio_targets(const dataset::Dataset& data, const Clips& clips) {
  std::vector<std::int64_t> targets;
  for (const std::uint32_t clip : clips) {
    targets.push_back(preparation::codes_of(data.clip(clip)) + contracts::kAudioStops + 1);
  }
  return targets;
}

// For each clip the next one of the set, the first after the last, with another text; the clip itself where all have
// the same.
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

// The batch of `clips` with the texts of `others`.
contracts::VoiceBatch replace_texts(const contracts::VoiceBatch& batch, const dataset::Dataset& data,
                                    const Clips& clips, const Clips& others,
                                    const preparation::PackingOptions& packing) {
  std::vector<preparation::VoiceRow> rows;
  std::int64_t first = 0;
  const std::vector<std::int64_t> targets = audio_targets(data, clips);
  for (std::size_t r = 0; r < clips.size(); ++r) {
    const std::int64_t prompt = batch.host_prompt_offsets[r];
    rows.push_back({.text = data.clip(others[r]).tokens,
                    .codes = batch.audio_targets.narrow(0, first, targets[r] - contracts::kAudioStops - 1),
                    .prompt = batch.prompt_mels.narrow(0, prompt, batch.host_prompt_offsets[r + 1] - prompt),
                    .first_masked = 0,
                    .end_masked = 0});
    first += targets[r];
  }
  return preparation::pack(rows, packing, batch.text_target_count, batch.audio_target_count);
}

// The mean cross entropy of each row's audio targets, float64 [R] on the host.
torch::Tensor row_losses(const model::VoiceModel& voice, const contracts::VoiceBatch& batch,
                         const std::vector<std::int64_t>& targets) {
  const torch::Tensor logits = voice.forward(batch).audio.to(torch::kFloat32);
  const torch::Tensor losses =
      torch::cross_entropy_loss(logits, batch.audio_targets, std::nullopt, at::Reduction::None);
  std::vector<torch::Tensor> rows;
  for (const torch::Tensor& row : losses.split_with_sizes(targets)) rows.push_back(row.mean(torch::kFloat64));
  return torch::stack(rows).cpu();
}

}  // namespace

std::vector<quality::ClipLoss> clip_losses(const LoadedVoice& voice, const dataset::Dataset& data,
                                           device::Precision precision) {
  const torch::NoGradGuard no_grad;
  const preparation::VoicePreparationOptions options = evaluation_options(voice);
  preparation::VoicePreparation preparation(data, {voice.mean, voice.deviation}, voice.codec, options, voice.device);
  const planning::TargetsOfRow targets = preparation::row_targets(data, options);
  const std::vector<std::int64_t> costs = preparation::row_costs(data, options.packing.text_stop_input);
  std::vector<quality::ClipLoss> losses;
  for (const planning::PlannedBatch& planned : planning::plan_in_order(costs, voice.settings.batch)) {
    const contracts::Batch batch = preparation.prepare(preparation.decode(step_of_its_own(planned, targets)));
    const auto& own = std::get<contracts::VoiceBatch>(batch.payload);
    const contracts::VoiceBatch other =
        replace_texts(own, data, planned.clips, with_other_texts(data, planned.clips), options.packing);
    const device::Autocast autocast(precision, voice.device);  // after the codes, which are fp32 in training too
    const std::vector<std::int64_t> sizes = audio_targets(data, planned.clips);
    const torch::Tensor own_losses = row_losses(*voice.voice, own, sizes);
    const torch::Tensor gains = row_losses(*voice.voice, other, sizes) - own_losses;
    for (std::int64_t r = 0; r < own_losses.size(0); ++r) {
      losses.push_back({.loss = own_losses[r].item<double>(), .text_gain = gains[r].item<double>()});
    }
  }
  return losses;
}

}  // namespace myxtts::system

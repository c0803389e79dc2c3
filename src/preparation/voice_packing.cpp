#include "preparation/voice_packing.hpp"

#include <numeric>

#include "device/upload.hpp"

namespace myxtts::preparation {
namespace {

using Indices = std::vector<std::int64_t>;

void append_range(Indices& list, std::int64_t first, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) list.push_back(first + i);
}

torch::Tensor int64_tensor(const Indices& values, torch::Device device) {
  return device::uploaded(torch::tensor(values, torch::kInt64), device);
}

torch::Tensor int32_tensor(const Indices& values, torch::Device device) {
  return device::uploaded(torch::tensor(values, torch::kInt64).to(torch::kInt32), device);
}

// The indices of a batch while it is being packed, all on the host.
struct Builder {
  const PackingOptions& options;
  Indices text_ids, text_positions, audio_positions, text_rows, text_targets, audio_rows;
  Indices row_offsets{0}, prompt_offsets{0};
  std::vector<std::int64_t> text_counts, audio_counts;  // inputs of each row

  void add_text(std::span<const std::int32_t> text, std::int64_t first_packed) {
    const auto length = static_cast<std::int64_t>(text.size());
    const std::int64_t inputs = length + (options.text_stop_input ? 2 : 1);
    text_ids.push_back(options.text_start);
    text_ids.insert(text_ids.end(), text.begin(), text.end());
    if (options.text_stop_input) text_ids.push_back(options.text_stop);
    append_range(text_positions, 0, inputs);
    append_range(text_rows, first_packed, length + 1);
    text_targets.insert(text_targets.end(), text.begin(), text.end());
    text_targets.push_back(options.text_stop);
    text_counts.push_back(inputs);
  }

  void add_audio(std::int64_t codes, std::int64_t first_packed) {
    const std::int64_t inputs = 1 + codes + contracts::kAudioStops;
    append_range(audio_positions, 0, inputs);
    append_range(audio_rows, first_packed, inputs);
    audio_counts.push_back(inputs);
  }

  void add_row(const VoiceRow& row) {
    const std::int64_t first = row_offsets.back() + contracts::kLatents;
    add_text(row.text, first);
    add_audio(row.codes.size(0), first + text_counts.back());
    row_offsets.push_back(first + text_counts.back() + audio_counts.back());
    prompt_offsets.push_back(prompt_offsets.back() + row.prompt.size(0));
  }

  // Packed position -> row of [latents of all rows; text inputs; audio inputs].
  [[nodiscard]] Indices order() const {
    Indices list;
    std::int64_t text = static_cast<std::int64_t>(text_counts.size()) * contracts::kLatents;
    std::int64_t audio = text + static_cast<std::int64_t>(text_ids.size());
    for (std::size_t r = 0; r < text_counts.size(); ++r) {
      append_range(list, static_cast<std::int64_t>(r) * contracts::kLatents, contracts::kLatents);
      append_range(list, text, text_counts[r]);
      append_range(list, audio, audio_counts[r]);
      text += text_counts[r];
      audio += audio_counts[r];
    }
    return list;
  }
};

// The codes with START before and STOPs behind (inputs), and with four STOPs behind (targets), and each target's
// weight.
void pack_audio(contracts::VoiceBatch& batch, std::span<const VoiceRow> rows, const PackingOptions& options,
                std::int64_t step_audio_targets) {
  const auto ids = torch::TensorOptions(torch::kInt64).device(rows.front().codes.device());
  const torch::Tensor start = torch::full({1}, options.audio_start, ids);
  const torch::Tensor stops = torch::full({contracts::kAudioStops + 1}, options.audio_stop, ids);
  std::vector<torch::Tensor> inputs;
  std::vector<torch::Tensor> targets;
  for (const VoiceRow& row : rows) {
    inputs.insert(inputs.end(), {start, row.codes, stops.narrow(0, 0, contracts::kAudioStops)});
    targets.insert(targets.end(), {row.codes, stops});
  }
  batch.audio_ids = torch::cat(inputs);
  batch.audio_targets = torch::cat(targets);
  batch.audio_weights = torch::full({batch.audio_targets.size(0)}, 1.0 / static_cast<double>(step_audio_targets),
                                    ids.dtype(torch::kFloat32));
  std::int64_t first = 0;
  for (const VoiceRow& row : rows) {
    const std::int64_t count = row.codes.size(0) + contracts::kAudioStops + 1;
    batch.audio_weights.narrow(0, first + row.first_masked, row.end_masked - row.first_masked).zero_();
    if (row.is_broken) batch.audio_weights.narrow(0, first, count).zero_();
    first += count;
  }
}

// Each text target's weight, of the targets that pack() has laid out.
torch::Tensor text_weights(std::span<const VoiceRow> rows, std::int64_t targets, std::int64_t step_text_targets,
                           torch::Device device) {
  torch::Tensor weights = torch::full({targets}, 1.0 / static_cast<double>(step_text_targets),
                                      torch::TensorOptions(torch::kFloat32).device(device));
  std::int64_t first = 0;
  for (const VoiceRow& row : rows) {
    const std::int64_t count = static_cast<std::int64_t>(row.text.size()) + 1;
    if (row.is_broken) weights.narrow(0, first, count).zero_();
    first += count;
  }
  return weights;
}

}  // namespace

contracts::VoiceBatch pack(std::span<const VoiceRow> rows, const PackingOptions& options,
                           std::int64_t step_text_targets, std::int64_t step_audio_targets) {
  Builder builder{options, {}, {}, {}, {}, {}, {}, {0}, {0}, {}, {}};
  std::vector<torch::Tensor> prompts;
  for (const VoiceRow& row : rows) {
    builder.add_row(row);
    prompts.push_back(row.prompt);
  }
  const torch::Device device = rows.front().codes.device();
  contracts::VoiceBatch batch;
  batch.text_ids = int64_tensor(builder.text_ids, device);
  batch.text_positions = int64_tensor(builder.text_positions, device);
  batch.audio_positions = int64_tensor(builder.audio_positions, device);
  batch.order = int64_tensor(builder.order(), device);
  batch.text_rows = int64_tensor(builder.text_rows, device);
  batch.text_targets = int64_tensor(builder.text_targets, device);
  batch.text_weights = text_weights(rows, batch.text_targets.size(0), step_text_targets, device);
  batch.audio_rows = int64_tensor(builder.audio_rows, device);
  pack_audio(batch, rows, options, step_audio_targets);
  batch.prompt_mels = torch::cat(prompts);
  batch.row_offsets = int32_tensor(builder.row_offsets, device);
  batch.prompt_offsets = int32_tensor(builder.prompt_offsets, device);
  batch.host_row_offsets = builder.row_offsets;
  batch.host_prompt_offsets = builder.prompt_offsets;
  batch.text_target_count = batch.text_targets.size(0);
  batch.audio_target_count = batch.audio_targets.size(0);
  return batch;
}

}  // namespace myxtts::preparation

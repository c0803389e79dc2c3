#include "preparation/voice_packing.hpp"

#include <numeric>

#include "architecture/voice_row.hpp"
#include "contracts/padded_size.hpp"
#include "device/upload.hpp"
#include "planning/row_groups.hpp"

namespace myxtts::preparation {
namespace {

using Indices = std::vector<std::int64_t>;

void append_range(Indices& list, std::int64_t first, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) list.push_back(first + i);
}

// The lists as int64 tensors on the device, in one upload.
std::vector<torch::Tensor> index_tensors(std::initializer_list<Indices> lists, torch::Device device) {
  Indices all;
  Indices sizes;
  for (const Indices& list : lists) {
    all.insert(all.end(), list.begin(), list.end());
    sizes.push_back(static_cast<std::int64_t>(list.size()));
  }
  return device::uploaded(torch::tensor(all, torch::kInt64), device).split_with_sizes(sizes);
}

// The size that an axis of `size` is padded to.
std::int64_t size_with_padding(std::int64_t size, const PackingOptions& options) {
  return options.few_sizes ? contracts::padded_size(size) : size;
}

Indices with_padding(Indices list, const PackingOptions& options) {
  list.resize(static_cast<std::size_t>(size_with_padding(static_cast<std::int64_t>(list.size()), options)));
  return list;
}

// Inputs of a row's text: START, the text, and STOP if it is an input.
std::int64_t text_inputs(std::int64_t text_tokens, bool text_stop_input) {
  return 1 + text_tokens + (text_stop_input ? 1 : 0);
}

// Inputs of a row's audio: START, the codes and their STOPs.
std::int64_t audio_inputs(std::int64_t codes) { return 1 + codes + architecture::kAudioStopInputs; }

// Collects the indices of packed rows, all on the host.
struct Builder {
  explicit Builder(const PackingOptions& of) : options(of) {}

  const PackingOptions& options;
  Indices text_ids, text_positions, audio_positions, text_rows, text_targets, audio_rows;
  Indices row_offsets{0}, prompt_offsets{0}, text_target_offsets{0}, audio_target_offsets{0};
  std::vector<std::int64_t> text_counts, audio_counts;  // number of inputs of each row

  void add_text(std::span<const std::int32_t> text, std::int64_t first_packed) {
    const auto length = static_cast<std::int64_t>(text.size());
    const std::int64_t inputs = text_inputs(length, options.text_stop_input);
    text_ids.push_back(options.text_start);
    text_ids.insert(text_ids.end(), text.begin(), text.end());
    if (options.text_stop_input) text_ids.push_back(options.text_stop);
    append_range(text_positions, 0, inputs);
    append_range(text_rows, first_packed, length + 1);
    text_targets.insert(text_targets.end(), text.begin(), text.end());
    text_targets.push_back(options.text_stop);
    text_target_offsets.push_back(static_cast<std::int64_t>(text_targets.size()));
    text_counts.push_back(inputs);
  }

  void add_audio(std::int64_t codes, std::int64_t first_packed) {
    const std::int64_t inputs = audio_inputs(codes);
    append_range(audio_positions, 0, inputs);
    append_range(audio_rows, first_packed, inputs);
    audio_target_offsets.push_back(static_cast<std::int64_t>(audio_rows.size()));
    audio_counts.push_back(inputs);
  }

  void add_row(const VoiceRow& row) {
    const std::int64_t first = row_offsets.back() + architecture::kLatents;
    add_text(row.text, first);
    add_audio(row.codes.size(0), first + text_counts.back());
    row_offsets.push_back(first + text_counts.back() + audio_counts.back());
    prompt_offsets.push_back(prompt_offsets.back() + row.prompt.size(0));
  }

  // Packed position -> row of [latents of all rows; text inputs; audio inputs].
  [[nodiscard]] Indices order() const {
    Indices list;
    std::int64_t text = static_cast<std::int64_t>(text_counts.size()) * architecture::kLatents;
    std::int64_t audio = text + static_cast<std::int64_t>(text_ids.size());
    for (std::size_t r = 0; r < text_counts.size(); ++r) {
      append_range(list, static_cast<std::int64_t>(r) * architecture::kLatents, architecture::kLatents);
      append_range(list, text, text_counts[r]);
      append_range(list, audio, audio_counts[r]);
      text += text_counts[r];
      audio += audio_counts[r];
    }
    return list;
  }
};

void upload_indices(contracts::PackedRows& packed, const Builder& builder, torch::Device device) {
  const auto padded = [&](const Indices& list) { return with_padding(list, builder.options); };
  const Indices order = padded(builder.order());
  const Indices ends = contracts::rows_with_padding(builder.row_offsets, static_cast<std::int64_t>(order.size()));
  const std::vector<torch::Tensor> tensors =
      index_tensors({builder.text_ids, builder.text_positions, builder.audio_positions, order,
                     padded(builder.text_rows), padded(builder.text_targets), padded(builder.audio_rows), ends},
                    device);
  packed.text_ids = tensors[0];
  packed.text_positions = tensors[1];
  packed.audio_positions = tensors[2];
  packed.order = tensors[3];
  packed.text_rows = tensors[4];
  packed.text_targets = tensors[5];
  packed.audio_rows = tensors[6];
  packed.token_offsets = tensors[7].to(torch::kInt32);
}

// Inputs: START, the codes and their STOPs. Targets: the codes and one STOP more, then padding.
void pack_audio(contracts::PackedRows& packed, std::span<const VoiceRow> rows, const PackingOptions& options) {
  const auto ids = torch::TensorOptions(torch::kInt64).device(rows.front().codes.device());
  const torch::Tensor start = torch::full({1}, options.audio_start, ids);
  const torch::Tensor stops = torch::full({architecture::kAudioStopTargets}, options.audio_stop, ids);
  std::vector<torch::Tensor> inputs;
  std::vector<torch::Tensor> targets;
  for (const VoiceRow& row : rows) {
    inputs.insert(inputs.end(), {start, row.codes, stops.narrow(0, 0, architecture::kAudioStopInputs)});
    targets.insert(targets.end(), {row.codes, stops});
  }
  targets.push_back(torch::zeros({packed.audio_rows.size(0) - packed.audio_target_offsets.back()}, ids));
  packed.audio_ids = torch::cat(inputs);
  packed.audio_targets = torch::cat(targets);
}

// The weight 1 / step_targets for each target, 0 for padding.
torch::Tensor equal_weights(const torch::Tensor& targets, const contracts::RowOffsets& offsets,
                            std::int64_t step_targets) {
  torch::Tensor weights = torch::full({targets.size(0)}, 1.0 / static_cast<double>(step_targets),
                                      torch::TensorOptions(torch::kFloat32).device(targets.device()));
  weights.slice(0, offsets.back()).zero_();
  return weights;
}

// Sets the weights of codes that are in a row's prompt to 0, and all weights of a broken row.
void mask_weights(contracts::PackedRows& packed, std::span<const VoiceRow> rows) {
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const VoiceRow& row = rows[r];
    const torch::Tensor audio = contracts::part_of_row(packed.audio_weights, packed.audio_target_offsets, r);
    audio.narrow(0, row.first_masked, row.end_masked - row.first_masked).zero_();
    if (!row.is_broken) continue;
    audio.zero_();
    contracts::part_of_row(packed.text_weights, packed.text_target_offsets, r).zero_();
  }
}

}  // namespace

std::int64_t packed_tokens(std::int64_t text_tokens, std::int64_t codes, bool text_stop_input) {
  return architecture::kLatents + text_inputs(text_tokens, text_stop_input) + audio_inputs(codes);
}

planning::RowTargets unmasked_targets(std::int64_t text_tokens, std::int64_t codes) {
  return {.text = text_tokens + 1, .audio = codes + architecture::kAudioStopTargets};
}

contracts::PackedRows pack(std::span<const VoiceRow> rows, const PackingOptions& options,
                           std::int64_t step_text_targets, std::int64_t step_audio_targets) {
  Builder builder(options);
  std::vector<torch::Tensor> prompts;
  for (const VoiceRow& row : rows) {
    builder.add_row(row);
    prompts.push_back(row.prompt);
  }
  contracts::PackedRows packed;
  packed.row_offsets = builder.row_offsets;
  packed.prompt_offsets = builder.prompt_offsets;
  packed.text_target_offsets = builder.text_target_offsets;
  packed.audio_target_offsets = builder.audio_target_offsets;
  packed.prompt_mels = torch::cat(prompts);
  upload_indices(packed, builder, rows.front().codes.device());
  pack_audio(packed, rows, options);
  packed.text_weights = equal_weights(packed.text_targets, packed.text_target_offsets, step_text_targets);
  packed.audio_weights = equal_weights(packed.audio_targets, packed.audio_target_offsets, step_audio_targets);
  mask_weights(packed, rows);
  return packed;
}

contracts::VoiceBatch pack_groups(std::span<const VoiceRow> rows, const RowGroups& groups,
                                  const PackingOptions& options, std::int64_t step_text_targets,
                                  std::int64_t step_audio_targets) {
  std::vector<double> costs;
  for (const VoiceRow& row : rows) {
    const auto text_tokens = static_cast<std::int64_t>(row.text.size());
    const std::int64_t tokens = packed_tokens(text_tokens, row.codes.size(0), options.text_stop_input);
    costs.push_back(groups.cost ? groups.cost(tokens, row.prompt.size(0)) : 1);
  }
  contracts::VoiceBatch batch;
  for (const std::vector<std::size_t>& members : planning::balanced_groups(costs, groups.max_count)) {
    std::vector<VoiceRow> own;
    for (const std::size_t row : members) own.push_back(rows[row]);
    batch.groups.push_back(pack(own, options, step_text_targets, step_audio_targets));
  }
  return batch;
}

}  // namespace myxtts::preparation

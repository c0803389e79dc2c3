#pragma once
// Packs rows of text, codes and prompt into a batch for the voice model.

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "contracts/batch.hpp"
#include "planning/schedule.hpp"

namespace myxtts::preparation {

struct PackingOptions {
  std::int64_t text_start = 0;
  std::int64_t text_stop = 0;
  std::int64_t audio_start = 0;  // = number of codes
  std::int64_t audio_stop = 0;   // number of codes + 1
  bool text_stop_input = true;   // whether the text STOP is an input
  bool few_sizes = false;        // pads tokens and targets to contracts::padded_size()
};

struct VoiceRow {
  std::span<const std::int32_t> text;
  torch::Tensor codes;            // int64 [C]
  torch::Tensor prompt;           // float32 [T, M], divided by the standard deviation
  std::int64_t first_masked = 0;  // codes [first_masked, end_masked) are in the prompt and excluded from the loss
  std::int64_t end_masked = 0;
  bool is_broken = false;  // all its targets are excluded from the loss
};

// Tokens of a row in the packed layout, including its latents.
[[nodiscard]] std::int64_t packed_tokens(std::int64_t text_tokens, std::int64_t codes, bool text_stop_input);

// Number of loss targets of a row without a mask: the text and its STOP, the codes and their STOPs.
[[nodiscard]] planning::RowTargets unmasked_targets(std::int64_t text_tokens, std::int64_t codes);

// Packs rows into one batch, with targets and weights. The targets are the next token of each text position up to STOP,
// and of each audio position up to a fourth STOP.
// With few_sizes, padding follows: tokens that repeat the first one, and targets 0 of weight 0.
// step_text_targets, step_audio_targets: numbers of targets of the whole optimiser step; the weights are their
// inverses.
// The tensors are on the device of the rows' codes.
// Source: XTTS v2's row, [latents | START text (STOP) | START codes STOP STOP STOP].
[[nodiscard]] contracts::PackedRows pack(std::span<const VoiceRow> rows, const PackingOptions& options,
                                         std::int64_t step_text_targets, std::int64_t step_audio_targets);

// How the rows of a batch are distributed over the threads of the model role.
struct RowGroups {
  std::int64_t max_count = 1;
  // Cost of a row, in any unit, from its packed tokens and its prompt's frames; not needed for one group.
  std::function<double(std::int64_t tokens, std::int64_t frames)> cost = {};
};

// Splits the rows into groups of about equal cost and packs each group with pack().
[[nodiscard]] contracts::VoiceBatch pack_groups(std::span<const VoiceRow> rows, const RowGroups& groups,
                                                const PackingOptions& options, std::int64_t step_text_targets,
                                                std::int64_t step_audio_targets);

}  // namespace myxtts::preparation

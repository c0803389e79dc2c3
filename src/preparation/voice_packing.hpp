#pragma once
// Rows of text, codes and prompt, packed into a batch for the voice model.

#include <torch/torch.h>

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
  std::int64_t audio_stop = 0;   // one more
  bool text_stop_input = true;   // is the text STOP an input
};

struct VoiceRow {
  std::span<const std::int32_t> text;
  torch::Tensor codes;            // int64 [C]
  torch::Tensor prompt;           // float32 [T, M], divided by the statistics
  std::int64_t first_masked = 0;  // codes [first_masked, end_masked) are in the prompt and not in the loss
  std::int64_t end_masked = 0;
  bool is_broken = false;  // none of its targets is in the loss
};

// Tokens of a row in the packed layout, its latents included.
[[nodiscard]] std::int64_t packed_tokens(std::int64_t text_tokens, std::int64_t codes, bool text_stop_input);

// Loss targets of a row none of which is masked: the text and its STOP, the codes and their STOPs.
[[nodiscard]] planning::RowTargets unmasked_targets(std::int64_t text_tokens, std::int64_t codes);

// Source: XTTS v2's row, [latents | START text (STOP) | START codes STOP STOP STOP]; targets are the next token of each
// text position up to STOP, and of each audio position up to a fourth STOP.
// step_text_targets, step_audio_targets: of the whole optimiser step; the weights are their inverses.
// The tensors are on the device of the rows' codes.
[[nodiscard]] contracts::PackedRows pack(std::span<const VoiceRow> rows, const PackingOptions& options,
                                         std::int64_t step_text_targets, std::int64_t step_audio_targets);

// How the rows of a batch are spread over the threads of the model role.
struct RowGroups {
  std::int64_t max_count = 1;
  // What a row takes, in any unit, of its packed tokens and its prompt's frames; not needed for one group.
  std::function<double(std::int64_t tokens, std::int64_t frames)> cost = {};
};

// The rows in groups of about equal cost, each packed by itself, as pack() does.
[[nodiscard]] contracts::VoiceBatch pack_groups(std::span<const VoiceRow> rows, const RowGroups& groups,
                                                const PackingOptions& options, std::int64_t step_text_targets,
                                                std::int64_t step_audio_targets);

}  // namespace myxtts::preparation

#pragma once
// Rows for the voice model in tests, packed as preparation packs them.

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "contracts/batch.hpp"
#include "model/gpt.hpp"

namespace myxtts::model::test {

struct Row {
  std::vector<std::int64_t> text;   // START, text, STOP
  std::vector<std::int64_t> audio;  // START, codes, STOP STOP STOP
  torch::Tensor prompt;             // [T, M]
};

// Every token but the last of a text predicts the next one; every audio token predicts the next one, the last STOP.
inline contracts::VoiceBatch pack(const std::vector<Row>& rows, std::int64_t stop_audio) {
  std::vector<std::int64_t> text, text_at, audio, audio_at, order, text_rows, text_targets, audio_rows, audio_targets;
  std::vector<torch::Tensor> prompts;
  contracts::VoiceBatch batch;
  batch.host_row_offsets = {0};
  batch.host_prompt_offsets = {0};
  std::int64_t all_text = 0;
  for (const Row& row : rows) all_text += static_cast<std::int64_t>(row.text.size());
  const std::int64_t all_latents = static_cast<std::int64_t>(rows.size()) * contracts::kLatents;
  const auto at = [](std::size_t i) { return static_cast<std::int64_t>(i); };
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::int64_t i = 0; i < contracts::kLatents; ++i) order.push_back(at(r) * contracts::kLatents + i);
    for (std::size_t i = 0; i < rows[r].text.size(); ++i) {
      if (i + 1 < rows[r].text.size()) {
        text_rows.push_back(at(order.size()));
        text_targets.push_back(rows[r].text[i + 1]);
      }
      order.push_back(all_latents + at(text.size()));
      text.push_back(rows[r].text[i]);
      text_at.push_back(at(i));
    }
    for (std::size_t i = 0; i < rows[r].audio.size(); ++i) {
      audio_rows.push_back(at(order.size()));
      audio_targets.push_back(i + 1 < rows[r].audio.size() ? rows[r].audio[i + 1] : stop_audio);
      order.push_back(all_latents + all_text + at(audio.size()));
      audio.push_back(rows[r].audio[i]);
      audio_at.push_back(at(i));
    }
    prompts.push_back(rows[r].prompt);
    batch.host_row_offsets.push_back(at(order.size()));
    batch.host_prompt_offsets.push_back(batch.host_prompt_offsets.back() + rows[r].prompt.size(0));
  }
  const auto tensor = [](const std::vector<std::int64_t>& values) { return torch::tensor(values, torch::kInt64); };
  batch.text_ids = tensor(text);
  batch.text_positions = tensor(text_at);
  batch.audio_ids = tensor(audio);
  batch.audio_positions = tensor(audio_at);
  batch.order = tensor(order);
  batch.text_rows = tensor(text_rows);
  batch.text_targets = tensor(text_targets);
  batch.audio_rows = tensor(audio_rows);
  batch.audio_targets = tensor(audio_targets);
  batch.text_target_count = at(text_rows.size());
  batch.audio_target_count = at(audio_rows.size());
  batch.text_weights = torch::full({batch.text_target_count}, 1.0 / static_cast<double>(batch.text_target_count));
  batch.audio_weights = torch::full({batch.audio_target_count}, 1.0 / static_cast<double>(batch.audio_target_count));
  batch.prompt_mels = torch::cat(prompts);
  batch.row_offsets = tensor(batch.host_row_offsets).to(torch::kInt32);
  batch.prompt_offsets = tensor(batch.host_prompt_offsets).to(torch::kInt32);
  return batch;
}

// A model small enough for tests: 2 layers, 32 wide, 20 text tokens, 10 codes.
inline VoiceModelOptions small_options() {
  return {.layers = 2,
          .width = 32,
          .heads = 2,
          .dropout = 0.1,
          .text_tokens = 20,
          .codes = 10,
          .conditioning_width = 24,
          .conditioning_blocks = 2};
}

// Three rows of different lengths; their prompts too.
inline std::vector<Row> three_rows() {
  torch::manual_seed(3);
  return {{{18, 3, 1, 4, 19}, {10, 9, 2, 6, 5, 11, 11, 11}, torch::randn({9, 80})},
          {{18, 7, 19}, {10, 0, 1, 2, 3, 4, 5, 6, 11, 11, 11}, torch::randn({14, 80})},
          {{18, 2, 2, 8, 1, 8, 19}, {10, 8, 11, 11, 11}, torch::randn({5, 80})}};
}

}  // namespace myxtts::model::test

#pragma once
// Rows for the voice model in tests, packed as preparation packs them.

#include <torch/types.h>
#include <torch/utils.h>

#include <cstdint>
#include <vector>

#include "architecture/voice_row.hpp"
#include "contracts/packed_rows.hpp"
#include "model/gpt.hpp"

namespace myxtts::model::test {

struct Row {
  std::vector<std::int64_t> text;   // START, text, STOP
  std::vector<std::int64_t> audio;  // START, codes, STOP STOP STOP
  torch::Tensor prompt;             // [T, M]
};

// Every token but the last of a text predicts the next one; every audio token predicts the next one, the last STOP.
inline contracts::PackedRows pack(const std::vector<Row>& rows, std::int64_t stop_audio) {
  std::vector<std::int64_t> text, text_at, audio, audio_at, order, text_rows, text_targets, audio_rows, audio_targets;
  std::vector<torch::Tensor> prompts;
  contracts::PackedRows packed;
  for (auto* offsets :
       {&packed.row_offsets, &packed.prompt_offsets, &packed.text_target_offsets, &packed.audio_target_offsets}) {
    *offsets = {0};
  }
  std::int64_t all_text = 0;
  for (const Row& row : rows) all_text += static_cast<std::int64_t>(row.text.size());
  const std::int64_t all_latents = static_cast<std::int64_t>(rows.size()) * architecture::kLatents;
  const auto at = [](std::size_t i) { return static_cast<std::int64_t>(i); };
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::int64_t i = 0; i < architecture::kLatents; ++i) order.push_back(at(r) * architecture::kLatents + i);
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
    packed.row_offsets.push_back(at(order.size()));
    packed.text_target_offsets.push_back(at(text_rows.size()));
    packed.audio_target_offsets.push_back(at(audio_rows.size()));
    packed.prompt_offsets.push_back(packed.prompt_offsets.back() + rows[r].prompt.size(0));
  }
  const auto tensor = [](const std::vector<std::int64_t>& values) { return torch::tensor(values, torch::kInt64); };
  packed.text_ids = tensor(text);
  packed.text_positions = tensor(text_at);
  packed.audio_ids = tensor(audio);
  packed.audio_positions = tensor(audio_at);
  packed.order = tensor(order);
  packed.token_offsets = torch::tensor(packed.row_offsets, torch::kInt32);
  packed.text_rows = tensor(text_rows);
  packed.text_targets = tensor(text_targets);
  packed.audio_rows = tensor(audio_rows);
  packed.audio_targets = tensor(audio_targets);
  packed.text_weights = torch::full({at(text_rows.size())}, 1.0 / static_cast<double>(text_rows.size()));
  packed.audio_weights = torch::full({at(audio_rows.size())}, 1.0 / static_cast<double>(audio_rows.size()));
  packed.prompt_mels = torch::cat(prompts);
  return packed;
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

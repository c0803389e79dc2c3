#include "preparation/voice_packing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "architecture/voice_row.hpp"

namespace myxtts::preparation {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using Integers = std::vector<std::int64_t>;

constexpr std::int64_t kL = architecture::kLatents;  // 32

PackingOptions options(bool text_stop_input) {
  return {.text_start = 18, .text_stop = 19, .audio_start = 10, .audio_stop = 11, .text_stop_input = text_stop_input};
}

// Two rows: text 3 1 with codes 9 2 6, of which the last two are in the prompt, and text 7 with code 0.
struct TwoRows {
  std::vector<std::int32_t> first_text{3, 1};
  std::vector<std::int32_t> second_text{7};
  std::vector<VoiceRow> rows{{first_text, torch::tensor({9, 2, 6}, torch::kInt64), torch::full({2, 80}, 0.5), 1, 3},
                             {second_text, torch::tensor({0}, torch::kInt64), torch::full({1, 80}, 0.25), 0, 0}};
};

Integers list(const torch::Tensor& tensor) {
  const torch::Tensor wide = tensor.to(torch::kInt64).contiguous();
  return {wide.data_ptr<std::int64_t>(), wide.data_ptr<std::int64_t>() + wide.numel()};
}

std::vector<float> floats(const torch::Tensor& tensor) {
  return {tensor.data_ptr<float>(), tensor.data_ptr<float>() + tensor.numel()};
}

Integers ranges(const std::vector<std::pair<std::int64_t, std::int64_t>>& spans) {
  Integers all;
  for (const auto& [first, end] : spans) {
    for (std::int64_t i = first; i < end; ++i) all.push_back(i);
  }
  return all;
}

TEST(Pack, LaysRowsOutWithTheTextStopAsAnInput) {
  const TwoRows two;
  const contracts::PackedRows batch = pack(two.rows, options(true), 8, 16);
  EXPECT_THAT(list(batch.text_ids), ElementsAre(18, 3, 1, 19, 18, 7, 19));
  EXPECT_THAT(list(batch.text_positions), ElementsAre(0, 1, 2, 3, 0, 1, 2));
  EXPECT_THAT(list(batch.audio_ids), ElementsAre(10, 9, 2, 6, 11, 11, 11, 10, 0, 11, 11, 11));
  EXPECT_THAT(list(batch.audio_positions), ElementsAre(0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4));
  // Latents 0-63, texts 64-70, audio 71-82.
  EXPECT_EQ(list(batch.order), ranges({{0, 32}, {64, 68}, {71, 78}, {32, 64}, {68, 71}, {78, 83}}));
  EXPECT_THAT(batch.row_offsets, ElementsAre(0, kL + 11, 2 * kL + 19));
  EXPECT_THAT(batch.text_target_offsets, ElementsAre(0, 3, 5));
  EXPECT_THAT(batch.audio_target_offsets, ElementsAre(0, 7, 12));
  EXPECT_THAT(list(batch.text_rows), ElementsAre(32, 33, 34, 75, 76));
  EXPECT_THAT(list(batch.text_targets), ElementsAre(3, 1, 19, 7, 19));
  EXPECT_EQ(list(batch.audio_rows), ranges({{36, 43}, {78, 83}}));
  EXPECT_THAT(list(batch.audio_targets), ElementsAre(9, 2, 6, 11, 11, 11, 11, 0, 11, 11, 11, 11));
}

TEST(Pack, LaysRowsOutWithoutTheTextStopAsAnInput) {
  const TwoRows two;
  const contracts::PackedRows batch = pack(two.rows, options(false), 8, 16);
  EXPECT_THAT(list(batch.text_ids), ElementsAre(18, 3, 1, 18, 7));
  EXPECT_THAT(list(batch.text_positions), ElementsAre(0, 1, 2, 0, 1));
  EXPECT_EQ(list(batch.order), ranges({{0, 32}, {64, 67}, {69, 76}, {32, 64}, {67, 69}, {76, 81}}));
  EXPECT_THAT(batch.row_offsets, ElementsAre(0, 42, 81));
  EXPECT_THAT(list(batch.text_rows), ElementsAre(32, 33, 34, 74, 75));
  EXPECT_THAT(list(batch.text_targets), ElementsAre(3, 1, 19, 7, 19));  // the stop is a target all the same
  EXPECT_EQ(list(batch.audio_rows), ranges({{35, 42}, {76, 81}}));
}

TEST(Pack, WeighsTargetsByTheWholeStepAndMasksThePrompt) {
  const TwoRows two;
  const contracts::PackedRows batch = pack(two.rows, options(true), 8, 16);
  constexpr float kText = 1.0F / 8, kAudio = 1.0F / 16;
  EXPECT_THAT(floats(batch.text_weights), ElementsAre(kText, kText, kText, kText, kText));
  EXPECT_THAT(floats(batch.audio_weights), ElementsAre(kAudio, 0, 0, kAudio, kAudio, kAudio, kAudio,  //
                                                       kAudio, kAudio, kAudio, kAudio, kAudio));
}

TEST(Pack, PacksPromptsOneAfterAnother) {
  const TwoRows two;
  const contracts::PackedRows batch = pack(two.rows, options(true), 8, 16);
  EXPECT_EQ(batch.prompt_mels.sizes(), (std::vector<std::int64_t>{3, 80}));
  EXPECT_THAT(floats(batch.prompt_mels.select(1, 7).contiguous()), ElementsAre(0.5F, 0.5F, 0.25F));
  EXPECT_THAT(batch.prompt_offsets, ElementsAre(0, 2, 3));
}

TEST(Pack, KeepsTheContract) {
  const TwoRows two;
  for (const bool stop : {true, false}) {
    contracts::Batch batch;
    batch.payload = pack_groups(two.rows, {}, options(stop), 8, 16);
    EXPECT_NO_THROW(contracts::validate(batch));
  }
}

// One row's part of a batch, with positions counted from the row's start.
struct Part {
  Integers text_ids, text_positions, audio_ids, audio_positions, text_rows, text_targets, audio_rows, audio_targets;
  Integers tokens;  // what the model reads at each packed position: -1 a latent, text as it is, audio + 100
  std::vector<float> audio_weights, prompt;

  bool operator==(const Part&) const = default;
};

Part part_of(const contracts::PackedRows& batch, std::size_t row) {
  const std::int64_t first = batch.row_offsets[row];
  const std::int64_t end = batch.row_offsets[row + 1];
  const auto rows = static_cast<std::int64_t>(batch.row_offsets.size()) - 1;
  Part part;
  const Integers order = list(batch.order), text = list(batch.text_ids), audio = list(batch.audio_ids);
  const auto texts = static_cast<std::int64_t>(text.size());
  for (std::int64_t i = first; i < end; ++i) {
    const std::int64_t source = order[static_cast<std::size_t>(i)] - rows * kL;
    if (source < 0) {
      EXPECT_EQ((source + rows * kL) / kL, static_cast<std::int64_t>(row));
      part.tokens.push_back(-1);
    } else if (source < texts) {
      part.tokens.push_back(text[static_cast<std::size_t>(source)]);
      part.text_positions.push_back(batch.text_positions[source].item<std::int64_t>());
    } else {
      part.tokens.push_back(100 + audio[static_cast<std::size_t>(source - texts)]);
      part.audio_positions.push_back(batch.audio_positions[source - texts].item<std::int64_t>());
    }
  }
  const auto take = [&](const torch::Tensor& at, const torch::Tensor& targets, Integers& rows_out, Integers& out) {
    const Integers places = list(at), values = list(targets);
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i] < first || places[i] >= end) continue;
      rows_out.push_back(places[i] - first);
      out.push_back(values[i]);
      if (&out == &part.audio_targets) {
        part.audio_weights.push_back(batch.audio_weights[static_cast<std::int64_t>(i)].item<float>());
      }
    }
  };
  take(batch.text_rows, batch.text_targets, part.text_rows, part.text_targets);
  take(batch.audio_rows, batch.audio_targets, part.audio_rows, part.audio_targets);
  part.prompt =
      floats(batch.prompt_mels.slice(0, batch.prompt_offsets[row], batch.prompt_offsets[row + 1]).contiguous());
  return part;
}

TEST(Pack, ARowIsTheSameAloneAndAmongOthers) {
  std::vector<std::vector<std::int32_t>> texts{{3, 1, 4}, {1}, {5, 9, 2, 6, 5}, {3, 5}};
  std::vector<VoiceRow> rows;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto codes = static_cast<std::int64_t>(3 * i + 2);
    rows.push_back({texts[i], torch::randint(10, {codes}, torch::kInt64),
                    torch::randn({static_cast<std::int64_t>(4 + i), 80}), static_cast<std::int64_t>(i % 2), 2});
  }
  for (const bool stop : {true, false}) {
    const contracts::PackedRows together = pack(rows, options(stop), 20, 40);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Part alone = part_of(pack({&rows[i], 1}, options(stop), 20, 40), 0);
      EXPECT_FALSE(alone.tokens.empty());
      EXPECT_EQ(part_of(together, i), alone) << i;
    }
  }
}

TEST(Pack, NoTargetOfABrokenRowIsInTheLoss) {
  TwoRows two;
  two.rows[1].is_broken = true;
  const contracts::PackedRows batch = pack(two.rows, options(true), 8, 16);
  EXPECT_THAT(floats(batch.text_weights), ElementsAre(0.125F, 0.125F, 0.125F, 0, 0));
  EXPECT_THAT(floats(batch.audio_weights),
              ElementsAre(0.0625F, 0, 0, 0.0625F, 0.0625F, 0.0625F, 0.0625F, 0, 0, 0, 0, 0));
}

TEST(Pack, APlannedRowIsAsLongAsAPackedOne) {
  const TwoRows two;
  for (const bool stop : {true, false}) {
    const contracts::PackedRows batch = pack({&two.rows[0], 1}, options(stop), 8, 16);
    EXPECT_EQ(packed_tokens(2, 3, stop), batch.row_offsets.back());
    EXPECT_EQ(unmasked_targets(2, 3).text, batch.text_targets.size(0));
    EXPECT_EQ(unmasked_targets(2, 3).audio, batch.audio_targets.size(0));
  }
  EXPECT_EQ(unmasked_targets(40, 100).text, 41);
  EXPECT_EQ(unmasked_targets(40, 100).audio, 104);
}

// Rows of so many codes and prompt frames, told apart by their only text token.
struct FourRows {
  std::vector<std::vector<std::int32_t>> texts{{1}, {2}, {3}, {4}};
  std::vector<VoiceRow> rows;

  FourRows() {
    const std::vector<std::pair<std::int64_t, std::int64_t>> sizes{{40, 3}, {4, 30}, {12, 4}, {1, 5}};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      rows.push_back({texts[i], torch::full({sizes[i].first}, static_cast<std::int64_t>(i)),
                      torch::full({sizes[i].second, 80}, static_cast<double>(i))});
    }
  }
};

void expect_equal(contracts::PackedRows actual, contracts::PackedRows expected) {
  std::vector<torch::Tensor> tensors;
  contracts::for_each_tensor(expected, [&](const torch::Tensor& tensor) { tensors.push_back(tensor); });
  std::size_t next = 0;
  contracts::for_each_tensor(
      actual, [&](const torch::Tensor& tensor) { EXPECT_TRUE(torch::equal(tensor, tensors[next++])) << next; });
  EXPECT_EQ(actual.row_offsets, expected.row_offsets);
  EXPECT_EQ(actual.prompt_offsets, expected.prompt_offsets);
  EXPECT_EQ(actual.text_target_offsets, expected.text_target_offsets);
  EXPECT_EQ(actual.audio_target_offsets, expected.audio_target_offsets);
}

TEST(PackGroups, EachGroupIsPackedAsItsRowsAloneWithTheStepsWeights) {
  const FourRows four;
  const auto by_tokens = [](std::int64_t tokens, std::int64_t) { return static_cast<double>(tokens); };
  const contracts::VoiceBatch batch = pack_groups(four.rows, {2, by_tokens}, options(true), 20, 40);
  // Tokens of the rows: 79, 43, 51, 40.
  ASSERT_EQ(batch.groups.size(), 2U);
  expect_equal(batch.groups[0], pack(std::vector<VoiceRow>{four.rows[0], four.rows[3]}, options(true), 20, 40));
  expect_equal(batch.groups[1], pack(std::vector<VoiceRow>{four.rows[1], four.rows[2]}, options(true), 20, 40));
}

TEST(PackGroups, TheCostDecidesWhatIsTogether) {
  const FourRows four;
  const auto by_frames = [](std::int64_t, std::int64_t frames) { return static_cast<double>(frames); };
  const contracts::VoiceBatch batch = pack_groups(four.rows, {2, by_frames}, options(true), 20, 40);
  ASSERT_EQ(batch.groups.size(), 2U);
  EXPECT_THAT(batch.groups[0].prompt_offsets, ElementsAre(0, 30)) << "the long prompt is alone";
  EXPECT_THAT(batch.groups[1].prompt_offsets, ElementsAre(0, 3, 7, 12));
}

TEST(PackGroups, WithoutACostAllRowsAreOneGroup) {
  const FourRows four;
  const contracts::VoiceBatch batch = pack_groups(four.rows, {}, options(true), 20, 40);
  ASSERT_EQ(batch.groups.size(), 1U);
  expect_equal(batch.groups[0], pack(four.rows, options(true), 20, 40));
}

TEST(Pack, WithFewSizesEveryAxisEndsInPaddingThatHasNoWeight) {
  const std::vector<std::int32_t> text(70, 5);
  const std::vector<VoiceRow> rows{{text, torch::zeros({67}, torch::kInt64), torch::zeros({2, 80})},
                                   {text, torch::zeros({67}, torch::kInt64), torch::zeros({2, 80})}};
  PackingOptions few = options(true);
  few.few_sizes = true;
  const contracts::PackedRows plain = pack(rows, options(true), 8, 16);
  const contracts::PackedRows batch = pack(rows, few, 8, 16);
  // Tokens: 2 * (32 + 72 + 71) = 350; targets: 2 * 71 of text and of audio.
  EXPECT_EQ(batch.order.size(0), 352);
  EXPECT_EQ(batch.row_offsets, plain.row_offsets);
  EXPECT_THAT(list(batch.token_offsets), ElementsAre(0, 175, 350, 352));
  EXPECT_THAT(list(plain.token_offsets), ElementsAre(0, 175, 350));
  for (const torch::Tensor& text_axis : {batch.text_rows, batch.text_targets, batch.text_weights}) {
    ASSERT_EQ(text_axis.size(0), 144);
    EXPECT_THAT(list(text_axis.slice(0, 142)), ElementsAre(0, 0));
  }
  for (const torch::Tensor& audio_axis : {batch.audio_rows, batch.audio_targets, batch.audio_weights}) {
    ASSERT_EQ(audio_axis.size(0), 144);
    EXPECT_THAT(list(audio_axis.slice(0, 142)), ElementsAre(0, 0));
  }
  EXPECT_TRUE(torch::equal(batch.text_weights.slice(0, 0, 142), plain.text_weights));
  EXPECT_TRUE(torch::equal(batch.audio_targets.slice(0, 0, 142), plain.audio_targets));
}

}  // namespace
}  // namespace myxtts::preparation

#include "contracts/batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "contracts/device_batch.hpp"
#include "model/rows.hpp"

namespace myxtts::contracts {
namespace {

using ::testing::HasSubstr;

Batch voice_batch() {
  Batch batch;
  batch.payload = VoiceBatch{{model::test::pack(model::test::three_rows(), 11)}};
  return batch;
}

Batch codec_batch() {
  Batch batch;
  batch.payload = CodecBatch{torch::zeros({2, 80, 16}), torch::zeros({2, 16})};
  return batch;
}

template <typename Payload>
struct Break {
  std::string name;  // what the message must name
  std::function<void(Payload&)> plant;
};

std::string complaint(const Batch& batch) {
  try {
    validate(batch);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "none";
}

template <typename Part>
Part& part_of(Batch& batch) {
  if constexpr (std::is_same_v<Part, PackedRows>) {
    return std::get<VoiceBatch>(batch.payload).groups.back();
  } else {
    return std::get<Part>(batch.payload);
  }
}

template <typename Part>
void expect_each_break_is_named(const Batch& whole, const std::vector<Break<Part>>& breaks) {
  ASSERT_EQ(complaint(whole), "none");
  for (const Break<Part>& one : breaks) {
    Batch batch = whole;
    one.plant(part_of<Part>(batch));
    EXPECT_THAT(complaint(batch), HasSubstr(one.name));
  }
}

TEST(Validate, NamesWhatIsWrongWithARowGroup) {
  const auto shorter = [](torch::Tensor& tensor) { tensor = tensor.slice(0, 1); };
  Batch batch = voice_batch();
  std::get<VoiceBatch>(batch.payload).groups.push_back(model::test::pack(model::test::three_rows(), 11));
  expect_each_break_is_named<PackedRows>(
      batch, {
                 {"text_ids", [](PackedRows& r) { r.text_ids = torch::Tensor(); }},
                 {"text_ids", [](PackedRows& r) { r.text_ids = r.text_ids.to(torch::kInt32); }},
                 {"text_positions", [&](PackedRows& r) { shorter(r.text_positions); }},
                 {"audio_ids", [](PackedRows& r) { r.audio_ids = r.audio_ids.unsqueeze(0); }},
                 {"audio_positions", [&](PackedRows& r) { shorter(r.audio_positions); }},
                 {"order", [&](PackedRows& r) { shorter(r.order); }},
                 {"order",
                  [](PackedRows& r) {
                    r.order = torch::constant_pad_nd(r.order, {0, 5});
                  }},
                 {"token_offsets", [&](PackedRows& r) { shorter(r.token_offsets); }},
                 {"token_offsets", [](PackedRows& r) { r.token_offsets = r.token_offsets.to(torch::kInt64); }},
                 {"text_rows", [&](PackedRows& r) { shorter(r.text_rows); }},
                 {"text_targets", [](PackedRows& r) { r.text_targets = r.text_targets.to(torch::kFloat32); }},
                 {"text_weights", [](PackedRows& r) { r.text_weights = r.text_weights.to(torch::kFloat64); }},
                 {"audio_rows", [&](PackedRows& r) { shorter(r.audio_rows); }},
                 {"audio_targets", [](PackedRows& r) { r.audio_targets = torch::Tensor(); }},
                 {"audio_weights", [&](PackedRows& r) { shorter(r.audio_weights); }},
                 {"prompt_mels", [](PackedRows& r) { r.prompt_mels = r.prompt_mels.unsqueeze(0); }},
                 {"prompt_mels", [](PackedRows& r) { r.prompt_mels = r.prompt_mels.to(torch::kFloat64); }},
                 {"prompt_offsets", [&](PackedRows& r) { shorter(r.prompt_mels); }},
                 {"prompt_offsets", [](PackedRows& r) { r.prompt_offsets[1] = 0; }},
                 {"row_offsets", [](PackedRows& r) { r.row_offsets.clear(); }},
                 {"row_offsets", [](PackedRows& r) { r.row_offsets.pop_back(); }},
                 {"row_offsets", [](PackedRows& r) { ++r.row_offsets.back(); }},
                 {"row_offsets", [](PackedRows& r) { r.row_offsets[1] = r.row_offsets[2]; }},
                 {"text_target_offsets", [](PackedRows& r) { ++r.text_target_offsets.back(); }},
                 {"text_target_offsets", [](PackedRows& r) { r.text_target_offsets.pop_back(); }},
                 {"audio_target_offsets", [](PackedRows& r) { --r.audio_target_offsets.back(); }},
                 {"audio_target_offsets", [](PackedRows& r) { r.audio_target_offsets[0] = 1; }},
             });
}

TEST(Validate, AVoiceBatchHasRows) {
  Batch batch;
  batch.payload = VoiceBatch{};
  EXPECT_THAT(complaint(batch), HasSubstr("groups"));
}

TEST(Validate, NamesWhatIsWrongWithACodecBatch) {
  expect_each_break_is_named<CodecBatch>(
      codec_batch(), {
                         {"mels", [](CodecBatch& b) { b.mels = torch::Tensor(); }},
                         {"mels", [](CodecBatch& b) { b.mels = b.mels[0]; }},
                         {"mels", [](CodecBatch& b) { b.mels = b.mels.to(torch::kFloat64); }},
                         {"within a code", [](CodecBatch& b) { b.mels = b.mels.slice(2, 1); }},
                         {"frame_weights", [](CodecBatch& b) { b.frame_weights = b.frame_weights.slice(1, 4); }},
                         {"frame_weights", [](CodecBatch& b) { b.frame_weights = torch::Tensor(); }},
                     });
}

TEST(Validate, AMicroStepLiesWithinItsStep) {
  Batch batch = codec_batch();
  batch.header.micro_step = 1;
  EXPECT_THAT(complaint(batch), HasSubstr("micro_step"));
  batch.header.micro_steps = 2;
  EXPECT_EQ(complaint(batch), "none");
}

TEST(ForEachTensor, VisitsEveryTensorOfEveryGroupOnce) {
  Batch batch = voice_batch();
  auto& groups = std::get<VoiceBatch>(batch.payload).groups;
  groups.push_back(groups.front());
  std::vector<const void*> seen;
  for_each_tensor(batch, [&](torch::Tensor& tensor) { seen.push_back(&tensor); });
  EXPECT_EQ(seen.size(), 26U);
  EXPECT_EQ(std::set<const void*>(seen.begin(), seen.end()).size(), 26U);
}

TEST(SlotLease, ReleasesOnceWhoeverHoldsIt) {
  int releases = 0;
  {
    SlotLease first([&] { ++releases; });
    SlotLease second = std::move(first);
    first.release();
    EXPECT_EQ(releases, 0);
    second.release();
    second.release();
    EXPECT_EQ(releases, 1);
  }
  EXPECT_EQ(releases, 1);
}

TEST(SlotLease, ReleasesWhatItHeldWhenItTakesAnother) {
  int first = 0;
  int second = 0;
  {
    SlotLease lease([&] { ++first; });
    lease = SlotLease([&] { ++second; });
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 0);
  }
  EXPECT_EQ(second, 1);
}

}  // namespace
}  // namespace myxtts::contracts

#include "contracts/batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <stdexcept>
#include <string>

#include "contracts/device_batch.hpp"
#include "model/rows.hpp"

namespace myxtts::contracts {
namespace {

using ::testing::HasSubstr;

Batch voice_batch() {
  Batch batch;
  batch.payload = model::test::pack(model::test::three_rows(), 11);
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

template <typename Payload>
void expect_each_break_is_named(const Batch& whole, const std::vector<Break<Payload>>& breaks) {
  ASSERT_EQ(complaint(whole), "none");
  for (const Break<Payload>& one : breaks) {
    Batch batch = whole;
    one.plant(std::get<Payload>(batch.payload));
    EXPECT_THAT(complaint(batch), HasSubstr(one.name));
  }
}

TEST(Validate, NamesWhatIsWrongWithAVoiceBatch) {
  const auto shorter = [](torch::Tensor& tensor) { tensor = tensor.slice(0, 1); };
  expect_each_break_is_named<VoiceBatch>(
      voice_batch(), {
                         {"text_ids", [](VoiceBatch& b) { b.text_ids = torch::Tensor(); }},
                         {"text_ids", [](VoiceBatch& b) { b.text_ids = b.text_ids.to(torch::kInt32); }},
                         {"text_positions", [&](VoiceBatch& b) { shorter(b.text_positions); }},
                         {"audio_ids", [](VoiceBatch& b) { b.audio_ids = b.audio_ids.unsqueeze(0); }},
                         {"audio_positions", [&](VoiceBatch& b) { shorter(b.audio_positions); }},
                         {"order", [&](VoiceBatch& b) { shorter(b.order); }},
                         {"text_rows", [&](VoiceBatch& b) { shorter(b.text_rows); }},
                         {"text_targets", [](VoiceBatch& b) { b.text_targets = b.text_targets.to(torch::kFloat32); }},
                         {"text_weights", [](VoiceBatch& b) { b.text_weights = b.text_weights.to(torch::kFloat64); }},
                         {"text_rows", [](VoiceBatch& b) { ++b.text_target_count; }},
                         {"audio_rows", [](VoiceBatch& b) { --b.audio_target_count; }},
                         {"audio_targets", [&](VoiceBatch& b) { shorter(b.audio_targets); }},
                         {"audio_weights", [&](VoiceBatch& b) { shorter(b.audio_weights); }},
                         {"prompt_mels", [](VoiceBatch& b) { b.prompt_mels = b.prompt_mels.unsqueeze(0); }},
                         {"prompt_mels", [](VoiceBatch& b) { b.prompt_mels = b.prompt_mels.to(torch::kFloat64); }},
                         {"prompt_offsets", [&](VoiceBatch& b) { shorter(b.prompt_mels); }},
                         {"row_offsets", [](VoiceBatch& b) { b.row_offsets = torch::Tensor(); }},
                         {"row_offsets", [](VoiceBatch& b) { b.row_offsets = b.row_offsets.to(torch::kInt64); }},
                         {"row_offsets", [](VoiceBatch& b) { b.host_row_offsets.pop_back(); }},
                         {"row_offsets", [](VoiceBatch& b) { ++b.host_row_offsets.back(); }},
                         {"row_offsets", [](VoiceBatch& b) { b.host_row_offsets[1] = b.host_row_offsets[2]; }},
                         {"prompt_offsets", [](VoiceBatch& b) { b.host_prompt_offsets[1] = 0; }},
                     });
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

TEST(ForEachTensor, VisitsEveryTensorOnce) {
  Batch batch = voice_batch();
  std::vector<const void*> seen;
  for_each_tensor(batch, [&](torch::Tensor& tensor) { seen.push_back(&tensor); });
  EXPECT_EQ(seen.size(), 14U);
  EXPECT_EQ(std::set<const void*>(seen.begin(), seen.end()).size(), 14U);
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

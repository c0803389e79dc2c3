#include "config/presets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "architecture/model_sizes.hpp"
#include "core/error.hpp"

namespace myxtts::config {
namespace {

using ::testing::HasSubstr;

// The table of the command line's contract.
struct Row {
  const char* size;
  std::int64_t layers, width, heads, hidden, codes, dimensions, conditioning_width, blocks;
  double prompt_seconds;
  const char* prompt_from;
  std::int64_t batch, accumulation;
  double rate;
};
constexpr Row kTable[] = {
    {"tiny", 4, 256, 4, 128, 512, 64, 128, 2, 2, "another_clip", 8, 1, 1e-3},
    {"small", 8, 384, 6, 256, 1024, 256, 256, 4, 3, "another_clip", 16, 1, 5e-4},
    {"normal", 12, 768, 12, 512, 1024, 512, 768, 6, 6, "another_clip", 32, 1, 2e-4},
    {"big", 24, 1024, 16, 512, 1024, 512, 1024, 6, 6, "another_clip", 32, 1, 1e-4},
    {"xtts-v2", 30, 1024, 16, 512, 1024, 512, 1024, 6, 6, "itself", 3, 84, 5e-6},
};

TEST(Preset, EqualsTheContractsTable) {
  for (const Row& row : kTable) {
    SCOPED_TRACE(row.size);
    const Settings s = preset(row.size);
    EXPECT_EQ(s.run.size, row.size);
    EXPECT_EQ(s.model.layers, row.layers);
    EXPECT_EQ(s.model.width, row.width);
    EXPECT_EQ(s.model.heads, row.heads);
    EXPECT_EQ(s.codec.hidden, row.hidden);
    EXPECT_EQ(s.codec.codes, row.codes);
    EXPECT_EQ(s.codec.dimensions, row.dimensions);
    EXPECT_EQ(s.conditioning.width, row.conditioning_width);
    EXPECT_EQ(s.conditioning.blocks, row.blocks);
    EXPECT_EQ(s.conditioning.prompt_seconds, row.prompt_seconds);
    EXPECT_EQ(s.conditioning.prompt_from, row.prompt_from);
    EXPECT_EQ(s.batch.size, row.batch);
    EXPECT_EQ(s.batch.accumulation, row.accumulation);
    EXPECT_EQ(s.voice.learning_rate, row.rate);
    EXPECT_NO_THROW(validate(s));
  }
  EXPECT_EQ(preset("xtts-v2").voice.warmup_steps, 0);
}

TEST(Preset, EveryModelSizeHasOne) {
  ASSERT_EQ(std::size(kTable), architecture::model_sizes().size());
  for (const architecture::ModelSize& size : architecture::model_sizes()) {
    EXPECT_GT(preset(size.name).voice.learning_rate, 0) << size.name;
    EXPECT_EQ(preset(size.name).run.size, size.name);
  }
}

TEST(Preset, LimitsOfClipsAreTheContracts) {
  const Settings s = preset("tiny");
  EXPECT_EQ(s.data.min_seconds, 0.5);
  EXPECT_EQ(s.data.max_seconds, 11.6);
  EXPECT_EQ(s.data.max_text_tokens, 400);
  EXPECT_EQ(s.data.max_rejected, 0.05);
  EXPECT_EQ(s.batch.buffer, 50);
  EXPECT_EQ(s.run.start_delay_seconds, 2.0);
}

TEST(Preset, AnUnknownSizeNamesTheNearest) {
  try {
    (void)preset("smal");
    FAIL() << "no error";
  } catch (const core::UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "unknown model size: --model-size: 'smal'; expected one of: tiny, small, normal, big, xtts-v2. "
                 "Did you mean 'small'?");
  }
}

template <typename Change>
std::string contradiction(Change change) {
  Settings settings;
  change(settings);
  try {
    validate(settings);
  } catch (const core::ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Validate, VocabularyIsCharactersOrANumberOrAFile) {
  for (const std::string good : {"characters", "64", "65536", "vocab.json", "some folder/tokenizer.json"}) {
    EXPECT_EQ(contradiction([&](Settings& s) { s.text.vocabulary = good; }), "no error") << good;
  }
  for (const std::string bad : {"63", "65537", "-1", "99999999999999999999", "1024 ", "vocab.txt", "bpe"}) {
    const std::string error = contradiction([&](Settings& s) { s.text.vocabulary = bad; });
    EXPECT_THAT(error, HasSubstr("bad value of text.vocabulary: '" + bad)) << bad;
    EXPECT_THAT(error, HasSubstr("characters, a number of entries from 64 to 65536, or a tokenizer file, NAME.json"));
  }
  EXPECT_THAT(contradiction([](Settings& s) { s.text.vocabulary = "charakter"; }),
              HasSubstr("Did you mean 'characters'?"));
}

TEST(Validate, CheckpointToStartFromBringsItsOwnVocabulary) {
  const auto with_init = [](const std::string& vocabulary) {
    return contradiction([&](Settings& s) {
      s.run.init = "runs/first";
      s.text.vocabulary = vocabulary;
    });
  };
  EXPECT_EQ(with_init("characters"), "no error");
  EXPECT_THAT(with_init("1024"), HasSubstr("text.vocabulary: '1024'; expected no run.init beside it"));
}

TEST(Validate, NamesBothSidesOfAContradiction) {
  const std::string what = "settings that contradict each other: ";
  EXPECT_EQ(contradiction([](Settings& s) { s.model.heads = 3; }),
            what + "model.width: '256'; expected a multiple of model.heads = 3");
  EXPECT_EQ(contradiction([](Settings& s) { s.conditioning.width = 36; }),
            what + "conditioning.width: '36'; expected a multiple of 32 (the groups of its normalisation)");
  EXPECT_EQ(contradiction([](Settings& s) { s.codec.crop_frames = 190; }),
            what + "codec.crop_frames: '190'; expected a multiple of 4 (frames a code)");
  EXPECT_EQ(contradiction([](Settings& s) { s.augmentation.noise.min = 31; }),
            what + "augmentation.noise_min_snr_db: '31'; expected at most augmentation.noise_max_snr_db = 30");
  EXPECT_THAT(contradiction([](Settings& s) {
                s.augmentation.speed = {0.5, 0.8, 1};
                s.data.max_seconds = 25;
              }),
              HasSubstr("data.max_seconds: '25'; expected at most 22.4 s"));
  EXPECT_THAT(contradiction([](Settings& s) { s.data.min_seconds = 12; }),
              testing::AllOf(testing::HasSubstr("data.min_seconds"), testing::HasSubstr("data.max_seconds = 11.6")));
  EXPECT_EQ(contradiction([](Settings&) {}), "no error");
}

}  // namespace
}  // namespace myxtts::config

#include "synthesis/synthesizer.hpp"

#include <gtest/gtest.h>

#include "architecture/voice_row.hpp"
#include "contracts/batch.hpp"
#include "core/error.hpp"
#include "synthesis/tiny_models.hpp"

namespace myxtts::synthesis {
namespace {

using Codes = std::vector<std::int64_t>;
constexpr std::int64_t kStop = kTestCodes + 1;

class SynthesizerTest : public ::testing::Test {
 protected:
  SynthesizerTest() {
    torch::set_num_threads(1);
    options_.max_codes = 20;
  }

  [[nodiscard]] std::vector<Speech> speak(const std::vector<Utterance>& utterances) const {
    const Synthesizer synthesizer(model_, tiny_codec(), tiny_standard_deviation(), TextMarks{3, 0}, torch::kCPU);
    return synthesizer.speak(utterances, synthesizer.make_voice({random_prompt(30, 5)}), options_);
  }

  // Utterances of different lengths, so that rows are masked, sorted and dropped.
  [[nodiscard]] static std::vector<Utterance> utterances(std::size_t count) {
    std::vector<Utterance> result;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<std::int32_t> text;
      for (std::size_t k = 0; k < 2 + (7 * i) % 11; ++k)
        text.push_back(static_cast<std::int32_t>((3 * i + k) % 16 + 4));
      result.push_back({text, i});
    }
    return result;
  }

  std::shared_ptr<model::VoiceModel> model_ = tiny_voice_model();
  SpeakingOptions options_;
};

TEST_F(SynthesizerTest, SameSeedSameSamplesOtherSeedOtherCodes) {
  const auto one = speak(utterances(2));
  const auto again = speak(utterances(2));
  options_.sampling.seed = 2;
  const auto other = speak(utterances(2));
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_FALSE(one[i].samples.empty());
    EXPECT_EQ(one[i].samples, again[i].samples);
    EXPECT_NE(one[i].codes, other[i].codes);
  }
}

TEST_F(SynthesizerTest, ABatchSpeaksEachUtteranceAsItWouldBeSpokenAlone) {
  favour(*model_, kStop, 1.5);  // rows end one after another
  const auto texts = utterances(40);
  const auto together = speak(texts);
  std::size_t ended = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto alone = speak({texts[i]});
    EXPECT_EQ(together[i].codes, alone[0].codes) << i;
    EXPECT_EQ(together[i].ended, alone[0].ended) << i;
    ended += together[i].ended ? 1 : 0;
  }
  EXPECT_GT(ended, 5U);
  EXPECT_LT(ended, texts.size());
}

TEST_F(SynthesizerTest, GreedyIgnoresTheSeed) {
  options_.sampling.greedy = true;
  const auto one = speak(utterances(3));
  options_.sampling.seed = 77;
  const auto other = speak(utterances(3));
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].codes, other[i].codes);
}

TEST_F(SynthesizerTest, GreedyFollowsTheModelsOwnForwardPass) {
  options_.sampling.greedy = true;
  options_.max_codes = 6;
  const Utterance utterance{{5, 6, 7, 8}, 0};
  const Codes codes = speak({utterance})[0].codes;
  ASSERT_EQ(codes.size(), 6U);

  // The whole row at once, without a cache: latents, text, START and codes.
  const torch::NoGradGuard no_gradient;
  const torch::Tensor prompt = random_prompt(30, 5);
  contracts::PackedRows batch;
  batch.prompt_mels = prompt;
  batch.prompt_offsets = {0, 30};
  batch.text_ids = torch::tensor(Codes{3, 5, 6, 7, 8, 0});
  batch.text_positions = torch::arange(6);
  batch.audio_ids = torch::cat({torch::tensor(Codes{kTestCodes}), torch::tensor(codes)}).narrow(0, 0, 6);
  batch.audio_positions = torch::arange(6);
  batch.order = torch::arange(architecture::kLatents + 12);
  batch.row_offsets = {0, architecture::kLatents + 12};
  torch::Tensor logits = model_->audio_logits(model_->hidden(batch).narrow(0, architecture::kLatents + 6, 6));
  logits.select(1, kTestCodes).fill_(-1e9);
  EXPECT_TRUE(torch::equal(logits.argmax(1), torch::tensor(codes)));
}

TEST_F(SynthesizerTest, StopEndsTheSpeechAndIsNoCode) {
  favour(*model_, kStop, 2.0);
  const auto speeches = speak(utterances(30));
  std::size_t ended_between = 0;
  for (const Speech& speech : speeches) {
    for (const std::int64_t code : speech.codes) EXPECT_LT(code, kTestCodes);
    EXPECT_TRUE(speech.ended || speech.codes.size() == 20U);
    ended_between += speech.ended && !speech.codes.empty() ? 1 : 0;
  }
  EXPECT_GT(ended_between, 3U);
}

TEST_F(SynthesizerTest, SpeechThatIsCutOffSaysSo) {
  favour(*model_, kStop, -100);
  const Speech speech = speak(utterances(1))[0];
  EXPECT_FALSE(speech.ended);
  EXPECT_EQ(speech.codes.size(), 20U);
}

TEST_F(SynthesizerTest, TheMostCodesThatTheModelHasPositionsForCanBeSpoken) {
  favour(*model_, kStop, -100);
  options_.max_codes = kMaxCodes;
  options_.speed = 4;
  EXPECT_EQ(speak({Utterance{{5}, 0}})[0].codes.size(), static_cast<std::size_t>(kMaxCodes));
}

TEST_F(SynthesizerTest, AModelThatStopsAtOnceSaysNothing) {
  favour(*model_, kStop, 100);
  const Speech speech = speak(utterances(1))[0];
  EXPECT_TRUE(speech.ended);
  EXPECT_TRUE(speech.samples.empty());
}

TEST_F(SynthesizerTest, TheStartOfAudioIsNeverACode) {
  favour(*model_, kTestCodes, 100);
  options_.sampling.greedy = true;
  const auto speeches = speak(utterances(1));
  for (const std::int64_t code : speeches[0].codes) EXPECT_LT(code, kTestCodes);
}

TEST_F(SynthesizerTest, PenaltyLooksAtWhatTheRowItselfSaid) {
  options_.sampling.greedy = true;
  favour(*model_, 3, 100);
  EXPECT_EQ(speak(utterances(2))[0].codes, Codes(20, 3));
  options_.sampling.repetition_penalty = 1e6;
  for (const Speech& speech : speak(utterances(2))) {
    ASSERT_GT(speech.codes.size(), 1U);
    EXPECT_EQ(speech.codes[0], 3);
    EXPECT_NE(speech.codes[1], 3);
  }
}

TEST_F(SynthesizerTest, TheVoiceOfSeveralReferencesIsTheirMean) {
  const Synthesizer synthesizer(model_, tiny_codec(), tiny_standard_deviation(), TextMarks{3, 0}, torch::kCPU);
  const torch::Tensor one = random_prompt(30, 5);
  const torch::Tensor other = random_prompt(17, 6);
  const torch::Tensor mean = (synthesizer.make_voice({one}).latents + synthesizer.make_voice({other}).latents) / 2;
  const torch::Tensor both = synthesizer.make_voice({one, other}).latents;
  EXPECT_EQ(both.sizes(), (std::vector<std::int64_t>{architecture::kLatents, 32}));
  EXPECT_TRUE(torch::allclose(both, mean, 1e-4, 1e-5));
  EXPECT_FALSE(torch::allclose(both, synthesizer.make_voice({one}).latents, 1e-4, 1e-5));
  EXPECT_THROW((void)synthesizer.make_voice({}), core::DataError);
}

TEST_F(SynthesizerTest, UtterancesThatDoNotFitAreRefusedByTheirNumber) {
  const Utterance longest{std::vector<std::int32_t>(kMaxTextTokens, 5), 0};
  options_.max_codes = 1;
  EXPECT_EQ(speak({longest}).size(), 1U);
  const Utterance too_long{std::vector<std::int32_t>(kMaxTextTokens + 1, 5), 7};
  try {
    (void)speak({too_long});
    FAIL() << "accepted";
  } catch (const core::DataError& error) {
    EXPECT_NE(std::string(error.what()).find("utterance 7"), std::string::npos);
  }
}

TEST_F(SynthesizerTest, MoreCodesThanPositionsAreRefused) {
  for (const std::int64_t codes : {std::int64_t{0}, kMaxCodes + 1}) {
    options_.max_codes = codes;
    EXPECT_THROW((void)speak(utterances(1)), core::ConfigError) << codes;
  }
}

TEST_F(SynthesizerTest, NothingToSayIsNoSpeech) { EXPECT_TRUE(speak({}).empty()); }

}  // namespace
}  // namespace myxtts::synthesis

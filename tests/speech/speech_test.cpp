#include "speech/speech.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "checkpoint/checkpoint_store.hpp"
#include "core/error.hpp"
#include "evaluation/evaluation.hpp"
#include "run/tiny_run.hpp"

namespace myxtts::speech {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// One tiny run that all tests speak with.
class Speech : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    torch::set_num_threads(1);
    folder_ = std::make_unique<support::TemporaryFolder>();
    run::test::write_data_set(folder_->path() / "data");
    run::test::train(run::test::train_request(settings(), run()));
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static config::Settings settings() { return run::test::tiny_settings(folder_->path() / "data"); }
  static core::Path run() { return folder_->path() / "run"; }
  static core::Path path(const std::string& name) { return folder_->path() / name; }

  template <typename Request>
  static Request request(const core::Path& checkpoint = run()) {
    Request result;
    result.settings = settings();
    result.checkpoint = checkpoint;
    return result;
  }

  // The voice's checkpoint, changed and saved elsewhere.
  static core::Path changed(const std::string& name, const std::function<void(contracts::TrainState&)>& change) {
    contracts::TrainState state = load_checkpoint(run());
    change(state);
    core::Console console(true);
    return checkpoint::CheckpointStore(core::local_file_system(), path(name), console).save(state);
  }

  static std::string refusal(const core::Path& checkpoint) {
    core::Console console(true);
    try {
      (void)load_voice(checkpoint, torch::kCPU, console);
    } catch (const core::Error& error) {
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return {};
  }

  static nlohmann::json evaluation(const core::Path& checkpoint) {
    auto command = request<requests::EvaluateRequest>(checkpoint);
    command.json = true;
    core::Console console(true);
    ::testing::internal::CaptureStdout();
    evaluation::evaluate(command, console);
    nlohmann::json result = nlohmann::json::parse(::testing::internal::GetCapturedStdout());
    result.erase("seconds");
    return result;
  }

  static inline std::unique_ptr<support::TemporaryFolder> folder_;
  core::FileSystem& files_ = core::local_file_system();
  core::Console console_{true};
};

TEST_F(Speech, LoadedVoiceIsCompleteAndDoesNotDropOut) {
  const LoadedVoice loaded = load_voice(run(), torch::kCPU, console_);
  ASSERT_NE(loaded.voice, nullptr);
  EXPECT_FALSE(loaded.voice->is_training());
  EXPECT_FALSE(loaded.codec->is_training());
  EXPECT_EQ(loaded.settings.model.width, 32);
  EXPECT_EQ(loaded.default_prompt.size(1), 80);
  EXPECT_EQ(loaded.standard_deviation.sizes(), torch::IntArrayRef({80}));
}

TEST_F(Speech, CheckpointOfTheCodecStageHoldsNoVoice) {
  const LoadedVoice loaded = load_voice(run() / "codec-best", torch::kCPU, console_);
  EXPECT_EQ(loaded.voice, nullptr);
  auto command = request<requests::SynthesizeRequest>(run() / "codec-best");
  command.text = "the red fox";
  command.output = path("never.wav");
  try {
    synthesize(command, console_);
    FAIL() << "no error";
  } catch (const core::CheckpointError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no voice model"));
  }
  EXPECT_THROW(evaluation::evaluate(request<requests::EvaluateRequest>(run() / "codec-best"), console_),
               core::CheckpointError);
  EXPECT_FALSE(files_.exists(path("never.wav")));
}

TEST_F(Speech, WhatACheckpointLacksIsNamed) {
  const auto without = [](const std::string& stem) {
    return changed("without " + stem, [&](contracts::TrainState& state) { state.weights.erase(stem); });
  };
  EXPECT_THAT(refusal(without("default_voice")), HasSubstr("default_voice.safetensors"));
  EXPECT_THAT(refusal(without("mel_statistics")), HasSubstr("mel_statistics"));
  EXPECT_THAT(refusal(without("codec")), AllOf(HasSubstr("codec.safetensors"), HasSubstr("without codec")));
  const auto without_tensor = changed("without a tensor", [](contracts::TrainState& state) {
    std::erase_if(state.weights.at("voice"), [](const auto& entry) { return entry.first == "gpt.ln_f.weight"; });
  });
  EXPECT_THAT(refusal(without_tensor), HasSubstr("gpt.ln_f.weight"));
  const auto without_tokenizer =
      changed("without a tokenizer", [](contracts::TrainState& state) { state.documents.erase("tokenizer.json"); });
  EXPECT_THAT(refusal(without_tokenizer), HasSubstr("tokenizer.json"));
  const auto with_other_heads = changed("with other heads", [](contracts::TrainState& state) {
    std::string& config = state.documents.at("config.toml");
    config.replace(config.find("\nheads = "), 10, "\nheads = 7");
  });
  EXPECT_THAT(refusal(with_other_heads), AllOf(HasSubstr("model.heads"), HasSubstr("with other heads")));
  EXPECT_THAT(refusal(path("nowhere")), HasSubstr("nowhere"));
}

TEST_F(Speech, TextFileBecomesAFolderThatTheJudgeCanRead) {
  core::write_atomically(files_, path("texts.txt"), "The red fox.\r\n\n  \nA blue | bird\n");
  auto command = request<requests::SynthesizeRequest>();
  command.text_file = path("texts.txt");
  command.output = path("spoken") / "";
  command.greedy = true;
  synthesize(command, console_);
  EXPECT_EQ(files_.read(path("spoken") / "metadata.csv"), "0001|The red fox.\n0002|A blue   bird\n");
  for (const char* name : {"0001.wav", "0002.wav"}) {
    const media::AudioInfo info = media::probe(path("spoken") / name);
    EXPECT_EQ(info.sample_rate_hz, 22050);
    EXPECT_GT(info.frames, 0);
  }
  files_.remove_all(path("spoken") / "metadata.csv");
  command.output = path("spoken");  // a folder that is there needs no slash
  synthesize(command, console_);
  EXPECT_TRUE(files_.exists(path("spoken") / "metadata.csv"));
}

TEST_F(Speech, SameSeedSaysTheSameAndAReferenceIsHeard) {
  // Six steps teach no one to listen: with larger weights every input counts.
  const core::Path listener = changed("listener", [](contracts::TrainState& state) {
    for (auto& [name, tensor] : state.weights.at("voice")) tensor.mul_(3);
  });
  const auto speak = [&](std::uint64_t seed, const std::vector<core::Path>& references) {
    auto command = request<requests::SynthesizeRequest>(listener);
    command.text = "a bird";
    command.seed = seed;
    command.references = references;
    command.output = path("said.wav");
    synthesize(command, console_);
    return files_.read(path("said.wav"));
  };
  const std::string first = speak(1, {});
  EXPECT_TRUE(speak(1, {}) == first);
  EXPECT_FALSE(speak(2, {}) == first);
  EXPECT_FALSE(speak(1, {path("data") / "wavs" / "clip-040.wav"}) == first);
}

TEST_F(Speech, CharactersThatTheCheckpointDoesNotKnowAreNamed) {
  std::string log;
  console_.keep_in([&log](std::string_view line) { log += line; });
  auto command = request<requests::SynthesizeRequest>();
  command.text = "a bird \xE2\x98\x83 and \xE2\x98\x83 again";
  command.output = path("snowman.wav");
  synthesize(command, console_);
  EXPECT_THAT(log, HasSubstr("does not know \xE2\x98\x83 in: a bird"));
}

TEST_F(Speech, NothingOfTheUsersIsWrittenOver) {
  const core::Path data = path("data");
  const core::Path clip = data / "wavs" / "clip-001.wav";
  const std::string recorded = files_.read(clip);
  const std::string transcripts = files_.read(data / "metadata.csv");
  auto copy = request<requests::ResynthesizeRequest>();
  copy.inputs = {clip};
  for (const core::Path& output : {data / "wavs", clip}) {
    copy.output = output;
    EXPECT_THROW(resynthesize(copy, console_), core::ConfigError) << output;
  }
  copy.inputs = {clip, path("elsewhere") / "clip-001.wav"};
  copy.output = path("copies") / "";
  EXPECT_THROW(resynthesize(copy, console_), core::UsageError);
  auto said = request<requests::SynthesizeRequest>();
  said.text = "a bird";
  said.references = {clip};
  for (const core::Path& output : {data, clip, core::Path("/dev/null")}) {
    said.output = output;
    EXPECT_THROW(synthesize(said, console_), core::ConfigError) << output;
  }
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_TRUE(files_.read(clip) == recorded);
  EXPECT_EQ(files_.read(data / "metadata.csv"), transcripts);
}

TEST_F(Speech, AFolderTakesASingleTextToo) {
  auto command = request<requests::SynthesizeRequest>();
  command.text = "a bird";
  command.output = path("single") / "";
  synthesize(command, console_);
  EXPECT_TRUE(files_.exists(path("single") / "0001.wav"));
  synthesize(command, console_);  // its own speech may be replaced
}

TEST_F(Speech, ABrokenTextIsNamedByItsFileAndPlace) {
  core::write_atomically(files_, path("broken.txt"), "fine\nbroken \xFF\n");
  auto command = request<requests::SynthesizeRequest>();
  command.text_file = path("broken.txt");
  command.output = path("never.wav");
  try {
    synthesize(command, console_);
    ADD_FAILURE() << "no error";
  } catch (const core::DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("broken.txt, text 2: "));
  }
}

TEST_F(Speech, TextFileWithoutTextIsRefused) {
  core::write_atomically(files_, path("blank.txt"), "\n  \n");
  auto command = request<requests::SynthesizeRequest>();
  command.text_file = path("blank.txt");
  command.output = path("never.wav");
  EXPECT_THROW(synthesize(command, console_), core::DataError);
}

TEST_F(Speech, CodecAloneResynthesizesClipsOfTheSameLength) {
  auto command = request<requests::ResynthesizeRequest>(run() / "codec-best");
  const core::Path wavs = path("data") / "wavs";
  command.inputs = {wavs / "clip-001.wav", wavs / "clip-002.wav"};
  command.output = path("copies") / "";
  resynthesize(command, console_);
  for (const char* name : {"clip-001.wav", "clip-002.wav"}) {
    const auto difference = media::probe(path("copies") / name).frames - media::probe(wavs / name).frames;
    EXPECT_LE(std::abs(difference), 1024) << name;
  }
  command.output = path("one.wav");
  EXPECT_THROW(resynthesize(command, console_), core::UsageError);
}

TEST_F(Speech, EvaluationIsWithoutChance) {
  const nlohmann::json first = evaluation(run());
  EXPECT_EQ(first.at("clips"), run::test::kClips);
  for (const char* name : {"loss", "text_loss", "audio_loss", "mel_distance"}) {
    EXPECT_TRUE(std::isfinite(first.at(name).get<double>())) << name;
    EXPECT_GT(first.at(name).get<double>(), 0) << name;
  }
  EXPECT_GE(first.at("codebook_perplexity").get<double>(), 1);
  EXPECT_LE(first.at("codebook_perplexity").get<double>(), 16);
  torch::manual_seed(99);
  (void)torch::rand({17});
  EXPECT_EQ(evaluation(run()), first);
  const auto other = changed("other weights", [](contracts::TrainState& state) {
    for (auto& [name, tensor] : state.weights.at("voice")) tensor.mul_(1.5);
  });
  EXPECT_NE(evaluation(other).at("audio_loss"), first.at("audio_loss"));
}

}  // namespace
}  // namespace myxtts::speech

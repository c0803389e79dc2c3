#include "system/speech.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "checkpoint/checkpoint_store.hpp"
#include "core/error.hpp"
#include "system/evaluation.hpp"
#include "system/tiny_run.hpp"

namespace myxtts::system {
namespace {

using ::testing::HasSubstr;

// One tiny run that all tests speak with.
class Speech : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    torch::set_num_threads(1);
    folder_ = std::make_unique<support::TemporaryFolder>();
    test::write_data_set(folder_->path() / "data");
    test::train(test::train_request(settings(), run()));
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static config::Settings settings() { return test::tiny_settings(folder_->path() / "data"); }
  static core::Path run() { return folder_->path() / "run"; }
  static core::Path path(const std::string& name) { return folder_->path() / name; }

  static config::EngineRequest request(const std::string& command, const core::Path& checkpoint = run()) {
    config::EngineRequest result(command, settings());
    result.set("checkpoint", checkpoint.string());
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
    try {
      (void)load_voice(checkpoint, torch::kCPU);
    } catch (const core::CheckpointError& error) {
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return {};
  }

  static nlohmann::json evaluation(const core::Path& checkpoint) {
    config::EngineRequest command = request("evaluate", checkpoint);
    command.set_flag("json", true);
    core::Console console(true);
    ::testing::internal::CaptureStdout();
    evaluate(command, console);
    nlohmann::json result = nlohmann::json::parse(::testing::internal::GetCapturedStdout());
    result.erase("seconds");
    return result;
  }

  static inline std::unique_ptr<support::TemporaryFolder> folder_;
  core::FileSystem& files_ = core::local_file_system();
  core::Console console_{true};
};

TEST_F(Speech, LoadedVoiceIsCompleteAndDoesNotDropOut) {
  const LoadedVoice loaded = load_voice(run(), torch::kCPU);
  ASSERT_NE(loaded.voice, nullptr);
  EXPECT_FALSE(loaded.voice->is_training());
  EXPECT_FALSE(loaded.codec->is_training());
  EXPECT_EQ(loaded.settings.model.width, 32);
  EXPECT_EQ(loaded.default_prompt.size(1), 80);
  EXPECT_EQ(loaded.deviation.sizes(), torch::IntArrayRef({80}));
}

TEST_F(Speech, CheckpointOfTheCodecStageHoldsNoVoice) {
  const LoadedVoice loaded = load_voice(run() / "codec-best", torch::kCPU);
  EXPECT_EQ(loaded.voice, nullptr);
  config::EngineRequest command = request("synthesize", run() / "codec-best");
  command.set("text", "the red fox");
  command.set("output", path("never.wav").string());
  try {
    synthesize(command, console_);
    FAIL() << "no error";
  } catch (const core::CheckpointError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no voice model"));
  }
  EXPECT_THROW(evaluate(request("evaluate", run() / "codec-best"), console_), core::CheckpointError);
  EXPECT_FALSE(files_.exists(path("never.wav")));
}

TEST_F(Speech, WhatACheckpointLacksIsNamed) {
  const auto without = [](const std::string& stem) {
    return changed("without " + stem, [&](contracts::TrainState& state) { state.weights.erase(stem); });
  };
  EXPECT_THAT(refusal(without("default_voice")), HasSubstr("default_voice.safetensors"));
  EXPECT_THAT(refusal(without("mel_statistics")), HasSubstr("mel_statistics"));
  EXPECT_THAT(refusal(without("codec")), HasSubstr("codec.safetensors"));
  const auto without_tensor = changed("without a tensor", [](contracts::TrainState& state) {
    std::erase_if(state.weights.at("voice"), [](const auto& entry) { return entry.first == "gpt.ln_f.weight"; });
  });
  EXPECT_THAT(refusal(without_tensor), HasSubstr("gpt.ln_f.weight"));
  const auto without_tokenizer =
      changed("without a tokenizer", [](contracts::TrainState& state) { state.documents.erase("tokenizer.json"); });
  EXPECT_THAT(refusal(without_tokenizer), HasSubstr("tokenizer.json"));
  EXPECT_THAT(refusal(path("nowhere")), HasSubstr("nowhere"));
}

TEST_F(Speech, TextFileBecomesAFolderThatTheJudgeCanRead) {
  core::write_atomically(files_, path("texts.txt"), "The red fox.\r\n\n  \nA blue | bird\n");
  config::EngineRequest command = request("synthesize");
  command.set("text_file", path("texts.txt").string());
  command.set("output", path("spoken").string() + "/");
  command.set_flag("greedy", true);
  synthesize(command, console_);
  EXPECT_EQ(files_.read(path("spoken") / "metadata.csv"), "0001|The red fox.\n0002|A blue   bird\n");
  for (const char* name : {"0001.wav", "0002.wav"}) {
    const media::AudioInfo info = media::probe(path("spoken") / name);
    EXPECT_EQ(info.sample_rate_hz, 22050);
    EXPECT_GT(info.frames, 0);
  }
  files_.remove_all(path("spoken") / "metadata.csv");
  command.set("output", path("spoken").string());  // a folder that is there needs no slash
  synthesize(command, console_);
  EXPECT_TRUE(files_.exists(path("spoken") / "metadata.csv"));
}

TEST_F(Speech, SameSeedSaysTheSameAndAReferenceIsHeard) {
  // Six steps teach no one to listen: with larger weights every input counts.
  const core::Path listener = changed("listener", [](contracts::TrainState& state) {
    for (auto& [name, tensor] : state.weights.at("voice")) tensor.mul_(3);
  });
  const auto speak = [&](const std::string& seed, const std::vector<std::string>& references) {
    config::EngineRequest command = request("synthesize", listener);
    command.set("text", "a bird");
    command.set("seed", seed);
    command.arguments["references"] = references;
    command.set("output", path("said.wav").string());
    synthesize(command, console_);
    return files_.read(path("said.wav"));
  };
  const std::string first = speak("1", {});
  EXPECT_TRUE(speak("1", {}) == first);
  EXPECT_FALSE(speak("2", {}) == first);
  EXPECT_FALSE(speak("1", {(path("data") / "wavs" / "clip-040.wav").string()}) == first);
}

TEST_F(Speech, CharactersThatTheCheckpointDoesNotKnowAreNamed) {
  std::string log;
  console_.keep_in([&log](std::string_view line) { log += line; });
  config::EngineRequest command = request("synthesize");
  command.set("text", "a bird \xE2\x98\x83 and \xE2\x98\x83 again");
  command.set("output", path("snowman.wav").string());
  synthesize(command, console_);
  EXPECT_THAT(log, HasSubstr("does not know \xE2\x98\x83 in: a bird"));
}

TEST_F(Speech, NothingOfTheUsersIsWrittenOver) {
  const core::Path data = path("data");
  const core::Path clip = data / "wavs" / "clip-001.wav";
  const std::string recorded = files_.read(clip);
  const std::string transcripts = files_.read(data / "metadata.csv");
  config::EngineRequest copy = request("resynthesize");
  copy.arguments["inputs"] = {clip.string()};
  for (const core::Path& output : {data / "wavs", clip}) {
    copy.set("output", output.string());
    EXPECT_THROW(resynthesize(copy, console_), core::ConfigError) << output;
  }
  copy.arguments["inputs"] = {clip.string(), (path("elsewhere") / "clip-001.wav").string()};
  copy.set("output", path("copies").string() + "/");
  EXPECT_THROW(resynthesize(copy, console_), core::UsageError);
  config::EngineRequest said = request("synthesize");
  said.set("text", "a bird");
  said.arguments["references"] = {clip.string()};
  for (const core::Path& output : {data, clip, core::Path("/dev/null")}) {
    said.set("output", output.string());
    EXPECT_THROW(synthesize(said, console_), core::ConfigError) << output;
  }
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_TRUE(files_.read(clip) == recorded);
  EXPECT_EQ(files_.read(data / "metadata.csv"), transcripts);
}

TEST_F(Speech, AFolderTakesASingleTextToo) {
  config::EngineRequest command = request("synthesize");
  command.set("text", "a bird");
  command.set("output", path("single").string() + "/");
  synthesize(command, console_);
  EXPECT_TRUE(files_.exists(path("single") / "0001.wav"));
  synthesize(command, console_);  // its own speech may be replaced
}

TEST_F(Speech, ABrokenTextIsNamedByItsFileAndPlace) {
  core::write_atomically(files_, path("broken.txt"), "fine\nbroken \xFF\n");
  config::EngineRequest command = request("synthesize");
  command.set("text_file", path("broken.txt").string());
  command.set("output", path("never.wav").string());
  try {
    synthesize(command, console_);
    ADD_FAILURE() << "no error";
  } catch (const core::DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("broken.txt, text 2: "));
  }
}

TEST_F(Speech, TextFileWithoutTextIsRefused) {
  core::write_atomically(files_, path("blank.txt"), "\n  \n");
  config::EngineRequest command = request("synthesize");
  command.set("text_file", path("blank.txt").string());
  command.set("output", path("never.wav").string());
  EXPECT_THROW(synthesize(command, console_), core::DataError);
}

TEST_F(Speech, CodecAloneResynthesizesClipsOfTheSameLength) {
  config::EngineRequest command = request("resynthesize", run() / "codec-best");
  const core::Path wavs = path("data") / "wavs";
  command.arguments["inputs"] = {(wavs / "clip-001.wav").string(), (wavs / "clip-002.wav").string()};
  command.set("output", path("copies").string() + "/");
  resynthesize(command, console_);
  for (const char* name : {"clip-001.wav", "clip-002.wav"}) {
    const auto difference = media::probe(path("copies") / name).frames - media::probe(wavs / name).frames;
    EXPECT_LE(std::abs(difference), 1024) << name;
  }
  command.set("output", path("one.wav").string());
  EXPECT_THROW(resynthesize(command, console_), core::UsageError);
}

TEST_F(Speech, EvaluationIsWithoutChance) {
  const nlohmann::json first = evaluation(run());
  EXPECT_EQ(first.at("clips"), test::kClips);
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
}  // namespace myxtts::system

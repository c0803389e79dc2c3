// `preflight` from the command line: what it prints where, what it writes, and its exit codes.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "front_program.hpp"
#include "media/audio_file.hpp"
#include "support/speech_signal.hpp"

namespace myxtts::front_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kVocabulary = R"({"version": "1.0", "added_tokens": [
    {"id": 0, "content": "[STOP]", "special": true}, {"id": 1, "content": "[UNK]", "special": true},
    {"id": 2, "content": "[SPACE]", "special": true}, {"id": 3, "content": "[START]", "special": true},
    {"id": 4, "content": "[en]", "special": true}],
    "pre_tokenizer": {"type": "Whitespace"}, "model": {"type": "BPE", "unk_token": "[UNK]",
    "vocab": {"[STOP]": 0, "[UNK]": 1, "[SPACE]": 2, "[START]": 3, "[en]": 4, "a": 5}, "merges": []}})";

class PreflightTest : public FrontProgram {
 protected:
  // A folder of good clips, of which the last `missing` have no recording.
  void write_data(int clips, int missing = 0) const {
    std::string manifest;
    for (int i = 0; i < clips; ++i) {
      const std::string id = "clip" + std::to_string(i);
      manifest += id + "|what is said in this clip number " + std::string(1, static_cast<char>('a' + i)) + "\n";
      if (i < clips - missing) {
        const std::vector<float> samples = support::speech(2.4, static_cast<std::uint64_t>(i));
        write("mine/wavs/" + id + ".wav", "");
        media::write_wav(core::local_file_system(), work() / ("mine/wavs/" + id + ".wav"), samples, 22050);
      }
    }
    write("mine/metadata.csv", manifest);
  }
};

TEST_F(PreflightTest, AGoodSetEndsWithCodeZeroAndNeedsNoEngine) {
  write_data(4);
  const Outcome outcome = run({"preflight", "--train-data", "mine"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("4 of 4 clips can be used"), HasSubstr("duration (s)")));
}

TEST_F(PreflightTest, MoreRejectedClipsThanAllowedAreCodeOne) {
  write_data(10, 1);
  EXPECT_EQ(run({"preflight", "--train-data", "mine", "--max-rejected", "10%"}).exit_code, 0);
  const Outcome outcome = run({"preflight", "--train-data", "mine"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("metadata.csv:10 'clip9'"), HasSubstr("no-recording (rejected), 1 clip.")));
}

TEST_F(PreflightTest, JsonStandsAloneOnStdout) {
  write_data(3);
  const Outcome outcome = run({"preflight", "--train-data", "mine", "--json", "--quick"});
  EXPECT_EQ(outcome.exit_code, 0);
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["usable"], 3);
  EXPECT_EQ(json["quick"], true);
  EXPECT_THAT(outcome.err, HasSubstr("3 of 3 clips"));
}

TEST_F(PreflightTest, ThePageIsWrittenWholeAndNothingElseChanges) {
  write_data(3);
  auto before = listing();
  ASSERT_EQ(run({"preflight", "--train-data", "mine", "--html", "found.html"}).exit_code, 0);
  auto after = listing();
  EXPECT_THAT(after["found.html"], AllOf(HasSubstr("<!DOCTYPE html>"), HasSubstr("</html>")));
  after.erase("found.html");
  EXPECT_EQ(after, before);
  const Outcome outcome = run({"preflight", "--train-data", "mine", "--html", "no/such/folder/found.html"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("found.html"));
}

TEST_F(PreflightTest, ACheckpointsVocabularyIsLookedInto) {
  write_data(3);
  write("run/checkpoints/best/tokenizer.json", kVocabulary);
  const Outcome outcome = run({"preflight", "--train-data", "mine", "--checkpoint", "run", "--quick"});
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("unknown-characters (suspicious), 3 clips"), HasSubstr("(U+0077)")));
  write("run/checkpoints/best/config.toml", "[text]\ninput = \"phonemes\"\n");
  const Outcome phonemes = run({"preflight", "--train-data", "mine", "--checkpoint", "run", "--quick"});
  EXPECT_THAT(phonemes.out, HasSubstr("(U+02C8)"));  // a mark of stress
  write("empty/state.json", "{}");
  const Outcome none = run({"preflight", "--train-data", "mine", "--checkpoint", "empty"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("tokenizer.json"));
}

TEST_F(PreflightTest, TheEngineRanksByACheckpointAndReadsTextAsItDoes) {
  write("run/checkpoints/best/tokenizer.json", kVocabulary);
  write("run/checkpoints/best/config.toml", "[text]\nlanguage = \"fa\"\ninput = \"phonemes\"\n");
  const std::vector<std::string> arguments = {"preflight", "--train-data", "mine", "--checkpoint", "run"};
  const auto request = handed_over<requests::PreflightRequest>(arguments);
  EXPECT_THAT(request.settings.data.train, testing::ElementsAre("mine"));
  EXPECT_EQ(request.settings.text.vocabulary, "run/checkpoints/best/tokenizer.json");
  EXPECT_EQ(request.settings.text.input, "phonemes");
  EXPECT_EQ(request.settings.text.language, "fa");
  EXPECT_EQ(request.checkpoint, "run");
  EXPECT_EQ(request.html, std::nullopt);
  EXPECT_FALSE(request.json);
  std::vector<std::string> more = arguments;
  more.insert(more.end(), {"--language", "en", "--json", "--html", "page.html", "--threads", "1", "--precision", "bf16",
                           "--device", "cpu", "--max-rejected", "0.5"});
  const auto full = handed_over<requests::PreflightRequest>(more);
  EXPECT_EQ(full.settings.text.language, "en");
  EXPECT_EQ(full.settings.run.threads, 1);
  EXPECT_EQ(full.settings.run.precision, "bf16");
  EXPECT_EQ(full.settings.data.max_rejected, 0.5);
  EXPECT_EQ(full.html, "page.html");
  EXPECT_TRUE(full.json);
}

TEST_F(PreflightTest, WhatAModelRunsOnNeedsAModel) {
  write("run/tokenizer.json", kVocabulary);
  write_data(3);
  const std::vector<std::vector<std::string>> flags = {
      {"--threads", "1"}, {"--precision", "bf16"}, {"--device", "cpu"}, {"--model-gpu", "0"}};
  for (const std::vector<std::string>& flag : flags) {
    std::vector<std::string> arguments = {"preflight", "--train-data", "mine"};
    arguments.insert(arguments.end(), flag.begin(), flag.end());
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(flag[0]), HasSubstr("--checkpoint")));
    arguments.insert(arguments.end(), {"--checkpoint", "run", "--quick"});
    const Outcome quick = run(arguments);
    EXPECT_EQ(quick.exit_code, 2);
    EXPECT_THAT(quick.err, AllOf(HasSubstr(flag[0]), HasSubstr("--quick")));
  }
}

}  // namespace
}  // namespace myxtts::front_test

// Help, version, and what the other commands hand to the engine.

#include <gmock/gmock.h>

#include "front_program.hpp"

namespace myxtts::front_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CommandsTest : public FrontProgram {
 protected:
  CommandsTest() { write("voice/state.json", "{}"); }

  static std::vector<std::string> speak(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"synthesize", "--checkpoint", "voice", "--text", "hello"});
    return more;
  }
};

TEST_F(CommandsTest, HelpListsEveryFlagWithItsUnitAndGroup) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> commands = {
      {"train",
       {"Data:",
        "--train-data FOLDER",
        "--val-data FOLDER",
        "--language LANGUAGE",
        "--max-rejected SHARE",
        "--num-workers THREADS",
        "Training:",
        "--batch-size CLIPS",
        "(1 to 65536)",
        "--grad-accum BATCHES",
        "--epochs PASSES",
        "--lr RATE",
        "--seed NUMBER",
        "--stages STAGES",
        "--model-size SIZE",
        "--max-steps STEPS",
        "--codec CHECKPOINT",
        "Pipeline:",
        "--buffer-size BATCHES",
        "--model-start-delay SECONDS",
        "--threads THREADS",
        "Run:",
        "--log-every STEPS",
        "--output,--checkpoint-dir FOLDER",
        "--resume",
        "--reset-training",
        "Settings:",
        "--config FILE",
        "--set MODULE.KEY=VALUE",
        "--dump-config",
        "GPUs:",
        "--data-gpu INDEX",
        "--model-gpu INDEX",
        "--share-gpu",
        "--enable-memory-isolation",
        "--data-gpu-memory MB",
        "--model-gpu-memory MB",
        "--device DEVICE",
        "--precision PRECISION",
        "--deterministic",
        "--verify-transfer",
        "--memory-interval STEPS",
        "default 50",
        "default 2"}},
      {"synthesize",
       {"--checkpoint FOLDER", "--text TEXT", "--text-file FILE", "--reference CLIP", "--language LANGUAGE",
        "--temperature NUMBER", "--top-k CODES", "--top-p SHARE", "--repetition-penalty NUMBER", "--greedy",
        "--seed NUMBER", "--speed FACTOR", "--output PATH", "--threads THREADS", "--device DEVICE",
        "--model-gpu INDEX"}},
      {"resynthesize", {"--checkpoint FOLDER", "--input CLIP", "--output PATH", "--threads THREADS"}},
      {"evaluate", {"--checkpoint FOLDER", "--train-data FOLDER", "--max-rejected SHARE", "--json"}},
      {"profile",
       {"--train-data FOLDER", "--steps,--num-steps STEPS", "--rounds ROUNDS", "--stage STAGE", "--batches FILE",
        "--compare WAY", "--json", "--num-workers THREADS", "--batch-size CLIPS", "--buffer-size BATCHES",
        "--codec CHECKPOINT", "--model-size SIZE", "--data-gpu INDEX", "--share-gpu", "--precision PRECISION"}},
      {"preflight",
       {"--train-data FOLDER", "--language LANGUAGE", "--max-rejected SHARE", "--num-workers THREADS",
        "--checkpoint FOLDER", "--device DEVICE", "--precision PRECISION", "--quick", "--json", "--html FILE"}},
      {"make-data",
       {"--output FOLDER", "--sentences KIND", "--count SENTENCES", "--voices VOICE", "--language LANGUAGE",
        "--seed NUMBER"}},
      {"prepare",
       {"--input FILE|FOLDER", "--subtitles FILE", "--text FILE", "--language LANGUAGE", "--output FOLDER",
        "--min-seconds SECONDS", "--max-seconds SECONDS", "--wanted-seconds SECONDS", "--min-pause SECONDS",
        "--max-offset SECONDS"}},
  };
  for (const auto& [command, parts] : commands) {
    const Outcome help = run({command, "--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_EQ(help.err, "");
    for (const std::string& part : parts) EXPECT_THAT(help.out, HasSubstr(part));
    EXPECT_THAT(run({"--help"}).out, HasSubstr("  " + command + " "));
  }
}

const std::vector<std::vector<std::string>> kQuestions = {{"--help"}, {"--version"}, {"train", "--help"}, {}};

TEST_F(CommandsTest, HelpAndVersionAreAnsweredOnStdout) {
  for (const std::vector<std::string>& arguments : kQuestions) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_NE(outcome.out, "");
  }
}

using CommandsTiming = FrontProgram;

TEST_F(CommandsTiming, HelpAndVersionAnswerWithin100Milliseconds) {
  for (const std::vector<std::string>& arguments : kQuestions) EXPECT_LE(shortest_ms(arguments, 100), 100);
}

TEST_F(CommandsTest, VersionNamesProgramAndLibraries) {
  EXPECT_THAT(run({"--version"}).out, testing::AllOf(testing::StartsWith("myxtts "), HasSubstr("libsndfile ")));
}

TEST_F(CommandsTest, PlainReachesTheEngineAsNoColor) {
  write("mine/state.json", "{}");
  std::vector<std::string> command = {"evaluate", "--checkpoint", "mine", "--train-data", "clips"};
  EXPECT_THAT(run(command).err, testing::Not(HasSubstr("NO_COLOR")));
  command.emplace_back("--plain");
  EXPECT_THAT(run(command).err, HasSubstr("NO_COLOR=1\n"));
  EXPECT_THAT(run({"train", "--train-data", "data", "--output", "new", "--plain"}).err, HasSubstr("NO_COLOR=1\n"));
}

TEST_F(CommandsTest, ValidateSaysWhichGpusItTakes) {
  const std::string help = run({"validate", "--help"}).out;
  EXPECT_THAT(help, HasSubstr("with neither flag: 0"));
  EXPECT_THAT(help, HasSubstr("with neither flag: 1"));
}

TEST_F(CommandsTest, ProfileHandsOverWhatWasAsked) {
  const auto request = handed_over<requests::ProfileRequest>({"profile", "--train-data", "mine", "--num-steps", "7",
                                                              "--rounds", "2", "--batches", "mine.json", "--compare",
                                                              "sequential", "--batch-size", "5", "--json"});
  EXPECT_THAT(request.settings.data.train, testing::ElementsAre("mine"));
  EXPECT_EQ(request.settings.batch.size, 5);
  EXPECT_EQ(request.steps, 7);
  EXPECT_EQ(request.rounds, 2);
  EXPECT_EQ(request.stage, "voice");
  EXPECT_EQ(request.batches, "mine.json");
  EXPECT_EQ(request.comparison, requests::Comparison::kSequential);
  EXPECT_TRUE(request.json);
}

TEST_F(CommandsTest, SynthesizeLeavesSamplingToTheCheckpoint) {
  const auto request = handed_over<requests::SynthesizeRequest>(speak());
  EXPECT_EQ(request.checkpoint, "voice");
  EXPECT_EQ(request.text, "hello");
  EXPECT_EQ(request.output, "output.wav");
  EXPECT_EQ(request.seed, 1U);
  EXPECT_EQ(request.speed, 1);
  EXPECT_FALSE(request.temperature || request.top_k || request.top_p || request.repetition_penalty);
  EXPECT_FALSE(request.greedy);
  EXPECT_FALSE(request.text_file || request.language);
}

TEST_F(CommandsTest, SynthesizeHandsOverWhatWasAsked) {
  const auto request = handed_over<requests::SynthesizeRequest>(
      {"synthesize",  "--checkpoint", "voice",       "--text-file", "lines.txt",
       "--reference", "a.wav",        "--reference", "b.flac",      "--temperature",
       "0.5",         "--top-k=40",   "--top-p",     "0.9",         "--repetition-penalty",
       "2",           "--greedy",     "--seed",      "5",           "--speed",
       "1.25",        "--output",     "out/",        "--threads",   "2",
       "--device",    "cpu",          "--language",  "en"});
  EXPECT_EQ(request.text_file, "lines.txt");
  EXPECT_THAT(request.references, ElementsAre("a.wav", "b.flac"));
  EXPECT_EQ(request.temperature, 0.5);
  EXPECT_EQ(request.top_k, 40);
  EXPECT_EQ(request.top_p, 0.9);
  EXPECT_EQ(request.repetition_penalty, 2);
  EXPECT_TRUE(request.greedy);
  EXPECT_EQ(request.seed, 5U);
  EXPECT_EQ(request.language, "en");
  EXPECT_EQ(request.speed, 1.25);
  EXPECT_EQ(request.output, "out/");
  EXPECT_EQ(request.settings.run.threads, 2);
}

TEST_F(CommandsTest, ATextMayLookLikeAnything) {
  for (const char* text : {"say \"this\" \\ that", "two\nlines", "سلام", "a=b", "100%", "'"}) {
    EXPECT_EQ(handed_over<requests::SynthesizeRequest>({"synthesize", "--checkpoint", "voice", "--text", text}).text,
              text);
  }
  EXPECT_EQ(handed_over<requests::SynthesizeRequest>({"synthesize", "--checkpoint", "voice", "--text=--help"}).text,
            "--help");
}

TEST_F(CommandsTest, ResynthesizeHandsOverEveryClip) {
  const auto request = handed_over<requests::ResynthesizeRequest>(
      {"resynthesize", "--checkpoint", "voice", "--input", "a.wav", "--input", "b.wav", "--output", "o/"});
  EXPECT_THAT(request.inputs, ElementsAre("a.wav", "b.wav"));
  EXPECT_EQ(request.output, "o/");
}

TEST_F(CommandsTest, ModelsRunInFp32UnlessAnotherPrecisionIsNamed) {
  const std::vector<std::vector<std::string>> commands = {
      {"evaluate", "--checkpoint", "voice", "--train-data", "clips"},
      {"synthesize", "--checkpoint", "voice", "--text", "Hello."},
      {"resynthesize", "--checkpoint", "voice", "--input", "clip.wav"}};
  for (std::vector<std::string> arguments : commands) {
    EXPECT_EQ(handed_over(arguments).settings.run.precision, "fp32") << arguments[0];
    arguments.insert(arguments.end(), {"--precision", "bf16"});
    EXPECT_EQ(handed_over(arguments).settings.run.precision, "bf16") << arguments[0];
  }
}

TEST_F(CommandsTest, EvaluateHandsOverTheDataAndItsLimit) {
  const std::vector<std::string> arguments = {"evaluate", "--checkpoint", "voice", "--train-data", "clips"};
  EXPECT_EQ(handed_over<requests::EvaluateRequest>(arguments).settings.data.max_rejected, 0.05);
  EXPECT_FALSE(handed_over<requests::EvaluateRequest>(arguments).json);
  for (const char* share : {"0.25", "25%"}) {
    std::vector<std::string> more = arguments;
    more.insert(more.end(), {"--max-rejected", share, "--json"});
    const auto request = handed_over<requests::EvaluateRequest>(more);
    EXPECT_THAT(request.settings.data.train, testing::ElementsAre("clips"));
    EXPECT_EQ(request.settings.data.max_rejected, 0.25);
    EXPECT_TRUE(request.json);
  }
}

TEST_F(CommandsTest, MakeDataSpeaksAndLeavesAFinishedSetAlone) {
  const std::vector<std::string> arguments = {"make-data", "--output", "spoken", "--count", "2"};
  const Outcome first = run(arguments);
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("2 sentences"));
  const auto made = listing();
  EXPECT_TRUE(made.contains("spoken/metadata.csv"));
  EXPECT_TRUE(made.contains("spoken/wavs/slot-f2-00002.wav"));
  EXPECT_EQ(run(arguments).exit_code, 0);
  EXPECT_EQ(listing(), made);
  const Outcome other = run({"make-data", "--output", "spoken", "--count", "3"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("spoken"));
  EXPECT_EQ(listing(), made);
}

}  // namespace
}  // namespace myxtts::front_test

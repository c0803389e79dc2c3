// What `train` hands to the engine: the order of the settings, the run's folder, resuming, the data.

#include <gmock/gmock.h>

#include <thread>

#include "config/fields.hpp"
#include "config/presets.hpp"
#include "front_program.hpp"

namespace myxtts::front_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TrainTest : public FrontProgram {
 protected:
  // Arguments of a training run on a data set that is named, into a folder that is free.
  static std::vector<std::string> train(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"train", "--train-data", "data", "--output", "new"});
    return more;
  }

  [[nodiscard]] requests::TrainRequest handed_over(const std::vector<std::string>& arguments) const {
    return FrontProgram::handed_over<requests::TrainRequest>(arguments);
  }

  // The settings of a run that the front itself made, as the engine keeps them.
  config::Settings finished_run(const core::Path& folder) const {
    const config::Settings settings =
        handed_over({"train", "--train-data", "data", "--output", folder.string(), "--threads", "2"}).settings;
    make_run(folder, settings);
    return settings;
  }

  static std::vector<std::string> resume(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"train", "--output", "run", "--resume"});
    return more;
  }
};

TEST_F(TrainTest, DefaultsAreTheTinyPreset) {
  const requests::TrainRequest request = handed_over(train());
  EXPECT_EQ(request.output, "new");
  EXPECT_EQ(request.start, config::RunStart::kNew);
  EXPECT_FALSE(request.max_steps);
  EXPECT_FALSE(request.spoken_sentences);
  EXPECT_THAT(config::differing_keys(request.settings, config::preset("tiny")),
              testing::ElementsAre("run.threads", "data.train"));
  EXPECT_EQ(request.settings.run.threads, std::max(1U, std::thread::hardware_concurrency()));
}

TEST_F(TrainTest, EverySizeReachesTheEngine) {
  for (const char* size : {"tiny", "small", "normal", "big", "xtts-v2"}) {
    const config::Settings settings = handed_over(train({"--model-size", size})).settings;
    EXPECT_THAT(config::differing_keys(settings, config::preset(size)),
                testing::ElementsAre("run.threads", "data.train"));
  }
}

TEST_F(TrainTest, FlagsWinOverSetOverConfigOverThePreset) {
  write("mine.toml", "[batch]\nsize = 3\nbuffer = 3\n[model]\nlayers = 3\n[voice]\nlearning_rate = 3e-3\n");
  const config::Settings settings =
      handed_over(train({"--batch-size", "5", "--set", "batch.size=4", "--set", "batch.buffer=4", "--config",
                         "mine.toml", "--set=batch.by=count", "--lr=5e-4", "--set", "batch.buffer=6"}))
          .settings;
  EXPECT_EQ(settings.batch.size, 5) << "the flag";
  EXPECT_EQ(settings.batch.buffer, 6) << "the last --set";
  EXPECT_EQ(settings.model.layers, 3) << "the file";
  EXPECT_EQ(settings.batch.by, "count");
  EXPECT_DOUBLE_EQ(settings.voice.learning_rate, 5e-4);
  EXPECT_EQ(settings.model.width, 256) << "the preset";
}

TEST_F(TrainTest, ASizeInAFileOrInSetBringsItsFigures) {
  write("size.toml", "[run]\nsize = \"small\"\n[model]\nlayers = 2\n");
  const config::Settings settings = handed_over(train({"--config", "size.toml"})).settings;
  EXPECT_EQ(settings.model.width, 384);
  EXPECT_EQ(settings.model.layers, 2);
  EXPECT_EQ(handed_over(train({"--set", "run.size=big"})).settings.model.layers, 24);
}

TEST_F(TrainTest, EveryFlagWritesItsKey) {
  const requests::TrainRequest request = handed_over(train({"--val-data",
                                                            "held",
                                                            "--language",
                                                            "fa",
                                                            "--max-rejected",
                                                            "5%",
                                                            "--num-workers",
                                                            "4",
                                                            "--batch-size",
                                                            "7",
                                                            "--grad-accum",
                                                            "2",
                                                            "--epochs",
                                                            "3",
                                                            "--lr",
                                                            "1e-4",
                                                            "--seed",
                                                            "9",
                                                            "--buffer-size",
                                                            "12",
                                                            "--model-start-delay",
                                                            "0.5",
                                                            "--threads",
                                                            "3",
                                                            "--log-every",
                                                            "1",
                                                            "--max-steps",
                                                            "1000",
                                                            "--precision",
                                                            "bf16",
                                                            "--deterministic",
                                                            "--verify-transfer"}));
  const config::Settings& s = request.settings;
  EXPECT_THAT(s.data.train, testing::ElementsAre("data"));
  EXPECT_EQ(s.data.validation, "held");
  EXPECT_EQ(s.text.language, "fa");
  EXPECT_DOUBLE_EQ(s.data.max_rejected, 0.05);
  EXPECT_EQ(s.data.workers, 4);
  EXPECT_EQ(s.batch.size, 7);
  EXPECT_EQ(s.batch.accumulation, 2);
  EXPECT_EQ(s.voice.epochs, 3);
  EXPECT_DOUBLE_EQ(s.voice.learning_rate, 1e-4);
  EXPECT_EQ(s.run.seed, 9);
  EXPECT_EQ(s.batch.buffer, 12);
  EXPECT_DOUBLE_EQ(s.run.start_delay_seconds, 0.5);
  EXPECT_EQ(s.run.threads, 3);
  EXPECT_EQ(s.run.log_every, 1);
  EXPECT_EQ(request.max_steps, 1000);
  EXPECT_EQ(s.run.precision, "bf16");
  EXPECT_TRUE(s.run.deterministic);
  EXPECT_TRUE(s.transfer.verify);
}

TEST_F(TrainTest, SeveralDataFoldersAreHandedOverInTheirOrder) {
  const requests::TrainRequest request = handed_over({"train", "--train-data", "a", "--train-data=b:2", "--seed", "3"});
  EXPECT_THAT(request.settings.data.train, testing::ElementsAre("a", "b:2"));
  write("my.toml", "[data]\ntrain = [\"c\", \"d:0.5\"]\n");
  EXPECT_THAT(handed_over({"train", "--config", "my.toml"}).settings.data.train, testing::ElementsAre("c", "d:0.5"));
  EXPECT_THAT(handed_over({"train", "--config", "my.toml", "--train-data", "e"}).settings.data.train,
              testing::ElementsAre("e"));
}

TEST_F(TrainTest, ADumpedConfigurationComesBackToTheLetter) {
  const Outcome dumped = run({"train", "--model-size", "small", "--lr", "3e-4", "--dump-config"});
  EXPECT_EQ(dumped.exit_code, 0);
  EXPECT_EQ(dumped.err, "");
  write("dumped.toml", dumped.out);
  EXPECT_EQ(run({"train", "--config", "dumped.toml", "--dump-config"}).out, dumped.out);
  EXPECT_THAT(dumped.out, AllOf(HasSubstr("size = \"small\""), HasSubstr("learning_rate = 0.0003")));
}

TEST_F(TrainTest, ThatAShareIsSetIsKnownEvenWhereItIsTheDefault) {
  EXPECT_EQ(handed_over(train()).settings.data.validation_share, std::nullopt);
  write("dumped.toml", run({"train", "--dump-config"}).out);
  EXPECT_EQ(handed_over(train({"--config", "dumped.toml"})).settings.data.validation_share, std::nullopt);
  write("mine.toml", "[data]\nvalidation_share = 0.02\n");
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"--set", "data.validation_share=0.02"}, {"--config", "mine.toml"}}) {
    EXPECT_EQ(handed_over(train(flags)).settings.data.validation_share, 0.02) << flags[0];
  }
}

TEST_F(TrainTest, TheEngineStartsWithItsThreadsAndWithoutGpus) {
  const Outcome outcome = run(train({"--threads", "3"}));
  for (const char* variable : {"OMP_NUM_THREADS=3\n", "OMP_WAIT_POLICY=PASSIVE\n", "GOMP_SPINCOUNT=20000\n",
                               "CUDA_VISIBLE_DEVICES=\n", "CUDA_DEVICE_ORDER=PCI_BUS_ID\n"}) {
    EXPECT_THAT(outcome.err, HasSubstr(variable));
  }
  EXPECT_EQ(outcome.exit_code, 7) << "the engine's exit code is the program's";
}

TEST_F(TrainTest, CodecIsHandedOver) {
  write("codec/state.json", "{}");
  const requests::TrainRequest request = handed_over(train({"--stages", "voice", "--codec", "codec"}));
  EXPECT_EQ(request.settings.run.codec, "codec");
  EXPECT_EQ(request.settings.run.stages, "voice");
}

TEST_F(TrainTest, CheckpointToStartFromIsHandedOver) {
  write("voice/state.json", "{}");
  EXPECT_EQ(handed_over(train({"--init", "voice"})).settings.run.init, "voice");
  EXPECT_THAT(run(train({"--init", "absent"})).err, HasSubstr("--init"));
}

TEST_F(TrainTest, WithoutOutputTheRunIsNamedAfterTimeAndSize) {
  const requests::TrainRequest request = handed_over({"train", "--train-data", "data", "--model-size", "small"});
  EXPECT_THAT(request.output.string(), testing::MatchesRegex("runs/[0-9]+-[0-9]+-small"));
}

TEST_F(TrainTest, AnExistingRunIsNeverWrittenOver) {
  finished_run("run");
  const auto before = listing();
  const Outcome outcome = run({"train", "--train-data", "data", "--checkpoint-dir", "run"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("holds a run already"), HasSubstr("'run'")));
  EXPECT_EQ(listing(), before);
}

TEST_F(TrainTest, ResettingARunIsTheEnginesToDo) {
  finished_run("run");
  const auto before = listing();
  EXPECT_EQ(handed_over({"train", "--train-data", "data", "--output", "run", "--reset-training"}).start,
            config::RunStart::kReset);
  EXPECT_EQ(listing(), before);
}

TEST_F(TrainTest, ARunKilledBeforeItsConfigurationWasWrittenStartsAnew) {
  write("run/log.txt", "Reading data ...\n");
  write("run/.config.toml.partial", "[run");
  core::local_file_system().create_directories(work() / "run" / "checkpoints");
  EXPECT_EQ(handed_over(resume({"--train-data", "data"})).start, config::RunStart::kNew);
}

TEST_F(TrainTest, ResumeWithNoRunStartsAnewAndSaysSo) {
  const Outcome outcome = run(resume({"--train-data", "data"}));
  EXPECT_THAT(outcome.out, HasSubstr("--resume: there is no run in run yet, starting a new one."));
  EXPECT_EQ(request_in<requests::TrainRequest>(outcome).start, config::RunStart::kNew);
}

TEST_F(TrainTest, ResumeTakesTheRunsOwnSettings) {
  config::Settings made = finished_run("run");
  made.voice.learning_rate = 7e-4;
  made.voice.steps = 123;
  make_run("run", made);
  const requests::TrainRequest request = handed_over(resume());
  EXPECT_EQ(request.start, config::RunStart::kResume);
  EXPECT_EQ(request.output, "run");
  EXPECT_THAT(config::differing_keys(request.settings, made), testing::ElementsAre());
}

TEST_F(TrainTest, ResumeTakesTheConfigurationThatTheRunWasStartedWith) {
  config::Settings made = finished_run("run");
  made.voice.steps = 123;  // planned at the run's first start
  make_run("run", made);
  write("c.toml", "[voice]\nsteps = 0\n[data]\ntrain = \"\"\n");
  EXPECT_THAT(config::differing_keys(handed_over(resume({"--config", "c.toml"})).settings, made),
              testing::ElementsAre());
}

TEST_F(TrainTest, ResumeCannotTakeAnotherCodec) {
  finished_run("run");
  write("codec/state.json", "{}");
  const Outcome outcome = run(resume({"--codec", "codec"}));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("run.codec"));
}

TEST_F(TrainTest, ARunWhoseConfigurationIsLostIsNotWrittenOver) {
  finished_run("run");
  std::filesystem::remove(work() / "run/config.toml");
  write("run/checkpoints/codec-00000005/state.json", "{}");
  const Outcome outcome = run({"train", "--output", "run", "--train-data", "data"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("holds a run already"));
}

TEST_F(TrainTest, WhatTheFrontSaysIsHandedToTheLog) {
  EXPECT_THAT(handed_over(resume({"--train-data", "data"})).log_lines,
              testing::ElementsAre(HasSubstr("there is no run in run yet")));
}

TEST_F(TrainTest, DefaultDataThatTheUserNamesIsNotSpokenAgain) {
  const Outcome outcome = run({"train", "--output", "run", "--train-data", "data/slot-sentences"});
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("spoken by espeak-ng")));
}

TEST_F(TrainTest, ResumeWithoutOutputTakesTheNewestRun) {
  for (const char* name : {"runs/b", "runs/a", "runs/c"}) finished_run(name);
  const auto now = std::filesystem::file_time_type::clock::now();
  std::filesystem::last_write_time(work() / "runs/b/config.toml", now - std::chrono::hours(1));
  std::filesystem::last_write_time(work() / "runs/c/config.toml", now - std::chrono::hours(2));
  write("runs/notes/readme.txt", "no run");
  EXPECT_EQ(handed_over({"train", "--resume"}).output, "runs/a");
}

TEST_F(TrainTest, ResumeMayChangeBufferAndWorkers) {
  finished_run("run");
  write("mine.toml", "[memory]\ninterval_steps = 9\n");
  const Outcome outcome = run(resume(
      {"--buffer-size", "3", "--num-workers", "0", "--log-every", "5", "--verify-transfer", "--config", "mine.toml"}));
  const auto request = request_in<requests::TrainRequest>(outcome);
  EXPECT_EQ(request.settings.batch.buffer, 3);
  EXPECT_EQ(request.settings.data.workers, 0);
  EXPECT_TRUE(request.settings.transfer.verify);
  EXPECT_EQ(request.settings.memory.interval_steps, 9);
  EXPECT_THAT(outcome.out, testing::StartsWith("{")) << "nothing is worth saying";
}

TEST_F(TrainTest, ResumeTakesAFolderByAnyOfItsNames) {
  finished_run("run");
  for (const std::string& name :
       {std::string("data/"), std::string("./data"), std::filesystem::absolute(work() / "data").string()}) {
    EXPECT_EQ(handed_over(resume({"--train-data", name})).settings.data.train, std::vector<std::string>{"data"})
        << name;
  }
}

TEST_F(TrainTest, ResumeSaysThatOtherThreadsMayChangeBits) {
  finished_run("run");
  const Outcome outcome = run(resume({"--threads", "3"}));
  EXPECT_THAT(outcome.out, HasSubstr("Resuming with 3 threads instead of 2"));
  EXPECT_EQ(request_in(outcome).settings.run.threads, 3);
}

TEST_F(TrainTest, ResumeNamesWhatMayNotChange) {
  finished_run("run");
  const auto before = listing();
  const std::vector<std::pair<std::vector<std::string>, std::string>> rows = {
      {{"--seed", "2"}, "run.seed"},
      {{"--batch-size", "9"}, "batch.size"},
      {{"--lr", "1e-5"}, "voice.learning_rate"},
      {{"--epochs", "2"}, "voice.epochs"},
      {{"--train-data", "other"}, "data.train"},
      {{"--train-data", "data", "--train-data", "other"}, "data.train"},
      {{"--precision", "bf16"}, "run.precision"},
      {{"--deterministic"}, "run.deterministic"},
      {{"--set", "model.layers=2"}, "model.layers"},
      {{"--set", "run.data_threads=2"}, "run.data_threads"},
      {{"--model-size", "small"}, "model size"},
  };
  for (const auto& [flags, name] : rows) {
    const Outcome outcome = run(resume(flags));
    EXPECT_EQ(outcome.exit_code, 1) << name;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(name), HasSubstr("run/config.toml")));
    EXPECT_EQ(listing(), before);
  }
}

TEST_F(TrainTest, ResumeNamesADamagedConfiguration) {
  finished_run("run");
  write("run/config.toml", "[model]\nlayers = \n");
  const Outcome outcome = run(resume());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("run/config.toml:2"));
}

TEST_F(TrainTest, WithoutTrainDataTheOldDefaultIsTakenWhereItIs) {
  write("../dataset/dataset_train/metadata_train.csv", "a|b\n");
  const Outcome without_validation = run({"train", "--output", "new"});
  EXPECT_THAT(without_validation.out, HasSubstr("../dataset/dataset_train"));
  const auto request = request_in<requests::TrainRequest>(without_validation);
  EXPECT_THAT(request.settings.data.train, testing::ElementsAre("../dataset/dataset_train"));
  EXPECT_EQ(request.settings.data.validation, "");
  EXPECT_FALSE(request.spoken_sentences);

  write("../dataset/dataset_eval/metadata_eval.csv", "a|b\n");
  EXPECT_EQ(handed_over({"train", "--output", "new"}).settings.data.validation, "../dataset/dataset_eval");
  EXPECT_THAT(run({"train", "--output", "new"}).out, HasSubstr("Validating on ../dataset/dataset_eval (the default"));
  for (const char* given : {"../dataset/dataset_train", "../dataset/dataset_train/"}) {
    EXPECT_EQ(handed_over({"train", "--output", "new", "--train-data", given}).settings.data.validation,
              "../dataset/dataset_eval");
  }
  EXPECT_EQ(handed_over({"train", "--output", "new", "--val-data", "mine"}).settings.data.validation, "mine");
  EXPECT_EQ(handed_over(train()).settings.data.validation, "") << "named data are not the old default's";
}

}  // namespace
}  // namespace myxtts::front_test

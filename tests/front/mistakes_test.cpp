// Mistakes on the command line: each has its exit code, names what is wrong on stderr, answers at once, loses nothing.

#include <gmock/gmock.h>

#include "config/presets.hpp"
#include "front_program.hpp"

namespace myxtts::front_test {
namespace {

struct Mistake {
  std::vector<std::string> arguments;
  int exit_code;
  std::vector<std::string> said;  // on stderr
};

const std::vector<std::string> kSpeak = {"synthesize", "--checkpoint", "mine", "--text", "hello"};

std::vector<std::string> cut(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"prepare", "--input", "talk.wav", "--output", "x"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> speak(std::vector<std::string> more) {
  more.insert(more.begin(), kSpeak.begin(), kSpeak.end());
  return more;
}

const std::vector<Mistake>& mistakes() {
  static const std::vector<Mistake> rows = {
      // Commands
      {{"trian"}, 2, {"unknown command", "'trian'", "Did you mean 'train'?"}},
      {{"trian", "--batch-size", "8"}, 2, {"'trian'", "Did you mean 'train'?"}},
      {{"Train"}, 2, {"'Train'", "Did you mean 'train'?"}},
      {{"--batch-size", "8"}, 2, {"flags without a command", "Did you mean ./myxtts train --batch-size 8?"}},
      {{"profile"}, 2, {"no data set", "--train-data"}},
      {{"profile", "--train-data", "mine", "--compare", "fast"}, 2, {"--compare", "sequential", "plain"}},
      {{"profile", "--train-data", "mine", "--stage", "vocoder"}, 2, {"--stage", "codec", "voice"}},
      {{"profile", "--train-data", "mine", "--stage", "codec", "--batches", "a"}, 2, {"--batches", "--stage voice"}},
      {{"train", "synthesize"}, 2, {"unexpected argument", "'synthesize'"}},
      {{"train", "recordings"}, 2, {"unexpected argument", "'recordings'", "./myxtts train --help"}},
      {{""}, 2, {"unknown command"}},
      // Commands that do not exist yet
      {{"import"}, 2, {"unknown command", "'import'"}},
      {{"export"}, 2, {"unknown command", "'export'"}},
      {{"report"}, 2, {"unknown command", "'report'"}},
      {{"completion", "bash"}, 2, {"unknown command", "'completion'"}},
      // A data set that cannot be checked
      {{"preflight"}, 2, {"no data set", "--train-data"}},
      {{"preflight", "--train-data", "nowhere"}, 1, {"nowhere"}},
      {{"preflight", "--train-data", "mine", "--checkpoint", "nowhere"}, 1, {"--checkpoint", "'nowhere'"}},
      {{"preflight", "--train-data", "mine", "--max-rejected", "2"}, 2, {"--max-rejected", "'2'"}},
      {{"preflight", "--train-data", "mine", "--html", ""}, 2, {"--html"}},
      {{"preflight", "--train-data", "mine", "--quik"}, 2, {"'--quik'", "Did you mean '--quick'?"}},
      // Unknown flags
      {{"train", "--batch-sise", "8"}, 2, {"unknown flag", "'--batch-sise'", "Did you mean '--batch-size'?"}},
      {{"train", "--batchsize=8"}, 2, {"'--batchsize'", "Did you mean '--batch-size'?"}},
      {{"train", "-resume"}, 2, {"'-resume'", "Did you mean '--resume'?"}},
      {{"train", "-x"}, 2, {"unknown flag", "'-x'"}},
      {{"synthesize", "--txet", "hello"}, 2, {"unknown flag", "'--txet'", "Did you mean '--text'?"}},
      {{"make-data", "--outptu", "x"}, 2, {"'--outptu'", "Did you mean '--output'?"}},
      {speak({"--checkpoint-dir", "x"}), 2, {"'--checkpoint-dir'", "Use --checkpoint."}},
      // The old program's flags
      {{"train", "--prefetch-buffer-size", "8"}, 2, {"The old program's flag is gone", "Use --buffer-size."}},
      {{"train", "--max-text-length=200"}, 2, {"'--max-text-length'", "--set data.max_text_tokens=N"}},
      {{"train", "--optimization-level", "basic"}, 2, {"The old program's flag is gone", "--lr"}},
      {{"train", "--enable-gst"}, 2, {"The old program's flag is gone", "conditioning"}},
      {{"train", "--tensorboard-log-dir", "x"}, 2, {"The old program's flag is gone", "--output"}},
      {{"synthesize", "--config", "configs/config.yaml"},
       2,
       {"The old program's flag is gone", "its own configuration"}},
      {{"synthesize", "-o", "a.wav"}, 2, {"The old program's flag is gone", "Use --output."}},
      {{"synthesize", "--model-size", "normal"}, 2, {"The old program's flag is gone", "The checkpoint decides"}},
      {{"synthesize", "--benchmark"}, 2, {"The old program's flag is gone", "./myxtts profile"}},
      {{"profile", "--no-gpu-monitoring"}, 2, {"The old program's flag is gone", "./myxtts profile"}},
      {{"profile", "--num-batches", "100"}, 2, {"The old program's flag is gone", "Use --steps"}},
      {{"profile", "--data-path", "data"}, 2, {"The old program's flag is gone", "Use --train-data."}},
      {{"train", "--data-gpu", "--model-gpu", "1"}, 2, {"a flag without its value", "'--data-gpu'"}},
      {{"synthesize", "--reference-audio", "a.wav"}, 2, {"The old program's flag is gone", "Use --reference."}},
      {{"synthesize", "--speaking-rate", "1.0"}, 2, {"The old program's flag is gone", "Use --speed."}},
      // Values
      {{"train", "--batch-size", "0"}, 2, {"--batch-size", "'0'", "a whole number from 1 to 65536"}},
      {{"train", "--batch-size", "many"}, 2, {"--batch-size", "'many'", "a whole number from 1 to 65536"}},
      {{"train", "--batch-size", "2.5"}, 2, {"--batch-size", "'2.5'"}},
      {{"train", "--batch-size"}, 2, {"--batch-size", "missing"}},
      {{"train", "--batch-size", "8", "--batch-size", "16"}, 2, {"--batch-size"}},
      {{"train", "--train-data", ""}, 2, {"--train-data", "empty"}},
      {{"train", "--output="}, 2, {"--output"}},
      {{"train", "--lr", "nan"}, 2, {"--lr", "'nan'", "a number from 0 to 1"}},
      {{"train", "--seed", "-1"}, 2, {"--seed", "'-1'"}},
      {{"train", "--epochs", "-3"}, 2, {"--epochs", "'-3'"}},
      {{"train", "--max-steps", "010"}, 2, {"--max-steps", "'010'", "a whole number from 1"}},
      {{"train", "--max-steps", "0"}, 2, {"--max-steps", "'0'", "a whole number from 1"}},
      {{"train", "--max-rejected", "5"}, 2, {"--max-rejected", "'5'", "from 0 to 1"}},
      {{"train", "--max-rejected", "101%"}, 2, {"--max-rejected", "'101%'"}},
      {{"train", "--model-size", "tinny"}, 2, {"--model-size", "'tinny'", "Did you mean 'tiny'?"}},
      {{"train", "--stages", "voice,codec"}, 2, {"--stages", "'voice,codec'", "codec,voice"}},
      {{"train", "--stages", "vocoder"}, 2, {"--stages", "'vocoder'"}},
      {{"train", "--data-gpu", "first", "--model-gpu", "1"}, 2, {"--data-gpu", "'first'", "a whole number"}},
      {{"train", "--resume=perhaps"}, 2, {"--resume"}},
      {speak({"--temperature", "nan"}), 2, {"--temperature", "'nan'", "from 0.01 to 10"}},
      {speak({"--top-k", "2.5"}), 2, {"--top-k", "'2.5'", "a whole number from 1 to 100000"}},
      {speak({"--top-p", "1.5"}), 2, {"--top-p", "'1.5'", "from 0.01 to 1"}},
      {speak({"--speed", "fast"}), 2, {"--speed", "'fast'", "from 0.25 to 4"}},
      {speak({"--seed", "-1"}), 2, {"--seed", "'-1'"}},
      {speak({"--language", "xx"}), 2, {"--language", "xx", "en"}},
      {speak({"--device", "tpu"}), 2, {"--device", "tpu", "cuda", "cpu"}},
      {speak({"--model-gpu", "second"}), 2, {"--model-gpu", "'second'", "a whole number"}},
      {{"train", "--data-gpu-memory", "8GB"}, 2, {"--data-gpu-memory", "'8GB'", "a whole number from 1", "or auto"}},
      {{"train", "--model-gpu-memory", "0"}, 2, {"--model-gpu-memory", "'0'", "or auto"}},
      {{"train", "--precision", "fp8"}, 2, {"--precision", "'fp8'", "fp32, tf32, bf16, fp16"}},
      {speak({"--precision", "half"}), 2, {"--precision", "'half'", "fp32, tf32, bf16, fp16"}},
      {{"train", "--memory-interval=-1", "--share-gpu", "--enable-memory-isolation"}, 2, {"--memory-interval", "'-1'"}},
      {speak({"--threads", "0"}), 2, {"--threads", "'0'", "from 1 to 1024"}},
      {{"evaluate", "--checkpoint", "mine", "--train-data", "mine", "--max-rejected", "half"}, 2, {"--max-rejected"}},
      {{"make-data", "--output", "x", "--count", "0"}, 2, {"--count", "'0'", "from 1 to 1000000"}},
      {{"make-data", "--output", "x", "--seed", "-1"}, 2, {"--seed", "'-1'"}},
      {{"make-data", "--output", "x", "--sentences", "rude"}, 2, {"--sentences", "rude", "natural"}},
      {cut({"--min-pause", "soon"}), 2, {"--min-pause", "'soon'", "from 0.05 to 5"}},
      {cut({"--min-seconds", "11"}), 2, {"--min-seconds", "'11'", "less than --max-seconds"}},
      {cut({"--wanted-seconds", "20"}), 2, {"--wanted-seconds", "'20'", "1 to 11"}},
      // What is missing
      {{"train", "--memory-interval", "9"}, 2, {"--memory-interval", "--enable-memory-isolation beside it"}},
      {{"train", "--share-gpu", "--set", "memory.interval_steps=9"}, 2, {"--enable-memory-isolation beside it"}},
      {{"train", "--enable-memory-isolation"}, 2, {"--enable-memory-isolation", "--data-gpu and --model-gpu"}},
      {{"train", "--share-gpu", "--data-gpu-memory", "1"}, 2, {"--data-gpu-memory", "--enable-memory-isolation"}},
      {{"train", "--data-gpu", "0", "--model-gpu", "1", "--model-gpu-memory", "auto"},
       2,
       {"--model-gpu-memory", "--enable-memory-isolation"}},
      {{"synthesize", "--text", "hello"}, 2, {"--checkpoint is required"}},
      {{"synthesize", "--checkpoint", "mine"}, 2, {"--text", "--text-file"}},
      {{"resynthesize", "--checkpoint", "mine"}, 2, {"--input is required"}},
      {{"evaluate", "--checkpoint", "mine"}, 2, {"--train-data is required"}},
      {{"make-data"}, 2, {"--output is required"}},
      {{"prepare", "--output", "x"}, 2, {"--input is required"}},
      // --set
      {{"train", "--set", "layers"}, 2, {"--set", "'layers'", "module.key=value"}},
      {{"train", "--set", "model.layer=4"}, 2, {"unknown key", "'model.layer'", "Did you mean 'model.layers'?"}},
      {{"train", "--set", "model.layers=none"}, 2, {"model.layers", "'none'", "a whole number from 1 to 1024"}},
      {{"train", "--set", "batch.by=size"}, 2, {"batch.by", "'size'", "cost, count"}},
      // Contradictions
      {{"train", "--epochs", "2", "--set", "voice.steps=9"}, 2, {"contradict", "--epochs", "voice.steps"}},
      {{"train", "--config", "mine/passes.toml", "--set", "voice.steps=9"}, 2, {"contradict", "voice.steps"}},
      {{"train", "--resume", "--reset-training"}, 2, {"contradict", "--resume", "--reset-training"}},
      {{"train", "--stages", "voice"}, 2, {"contradict", "--stages voice", "--codec"}},
      {{"train", "--stages", "codec", "--codec", "mine"}, 2, {"contradict", "--stages codec", "--codec"}},
      {{"train", "--init", "mine", "--codec", "mine"}, 2, {"contradict", "run.init", "run.codec"}},
      {{"train", "--init", "mine", "--stages", "codec"}, 2, {"contradict", "run.init", "run.stages"}},
      {{"train", "--share-gpu", "--data-gpu", "1"}, 2, {"contradict", "--share-gpu", "--data-gpu 1", "--model-gpu 0"}},
      {{"train", "--device", "cpu", "--model-gpu", "1"}, 2, {"contradict", "--device cpu", "--model-gpu"}},
      {{"train", "--device", "cpu", "--share-gpu"}, 2, {"contradict", "--device cpu", "--share-gpu"}},
      {speak({"--device", "cpu", "--model-gpu", "0"}), 2, {"contradict", "--device cpu", "--model-gpu"}},
      {{"profile", "--train-data", "mine", "--set", "model.heads=3"}, 2, {"contradict", "model.heads = 3"}},
      {{"profile", "--model-size", "small", "--set", "run.size=tiny"}, 2, {"contradict", "--model-size", "'tiny'"}},
      {{"train", "--set", "model.heads=3"}, 2, {"contradict", "model.width", "'256'", "model.heads = 3"}},
      {{"train", "--model-size", "small", "--set", "run.size=tiny"}, 2, {"contradict", "--model-size", "'tiny'"}},
      {speak({"--text-file", "mine/notes.txt"}), 2, {"--text", "--text-file"}},
      {cut({"--subtitles", "a.srt", "--text", "a.txt"}), 2, {"--subtitles and --text"}},
      // What needs a look at the disk: code 1
      {{"train", "--config", "none.toml"}, 1, {"none.toml", "No such file or directory"}},
      {{"train", "--config", "mine"}, 1, {"mine", "Is a directory"}},
      {{"train", "--config", "mine/settings.yaml"}, 1, {"a YAML file", "mine/settings.yaml", "TOML", "--dump-config"}},
      {{"train", "--config", "mine/unknown.toml"}, 1, {"mine/unknown.toml:2", "'model.layer'", "'model.layers'"}},
      {{"train", "--config", "mine/heads.toml"}, 1, {"contradict", "model.heads = 3"}},
      {{"train", "--config", "mine/notes.txt"}, 1, {"not a TOML file", "mine/notes.txt:1"}},
      {{"train", "--codec", "none", "--stages", "voice"}, 1, {"--codec", "'none'"}},
      {{"train", "--output", "mine/notes.txt"}, 1, {"--output", "'mine/notes.txt'", "a file is where"}},
      {{"train", "--output", "mine/notes.txt/run"}, 1, {"--output", "'mine/notes.txt'", "a file is where"}},
      {{"train", "--output", "mine"}, 1, {"--output", "'mine/", "not of a run"}},
      {{"train", "--output", "mine", "--resume"}, 1, {"--output", "'mine/", "not of a run"}},
      {{"train", "--output", "mine", "--reset-training"}, 1, {"--output", "'mine/", "not of a run"}},
      {{"train", "--output", "mixed", "--reset-training"}, 1, {"'mixed/thesis.doc'", "not of a run"}},
      {{"train", "--output", std::string(300, 'a')}, 1, {"--output", "File name too long"}},
      {{"train", "--output", "run"}, 1, {"holds a run already", "'run'", "--resume", "--reset-training"}},
      {{"synthesize", "--checkpoint", "none", "--text", "a"}, 1, {"no such checkpoint", "--checkpoint", "'none'"}},
      {{"resynthesize", "--checkpoint", "mine/notes.txt", "--input", "a.wav"}, 1, {"no such checkpoint"}},
      {cut({}), 1, {"no such file or folder", "talk.wav"}},
      {{"prepare", "--input", "mine/notes.txt", "--subtitles", "none.srt", "--output", "x"}, 1, {"none.srt"}},
      {{"prepare", "--input", "mine", "--text", "mine/notes.txt", "--output", "x"}, 1, {"a folder of recordings"}},
      {{"make-data", "--output", "theirs"}, 1, {"theirs", "another data set"}},
      {{"make-data", "--output", "recorded", "--count", "1"}, 1, {"recorded", "recordings"}},
      {{"make-data", "--output", "mine/notes.txt/data", "--count", "1"}, 1, {"mine/notes.txt"}},
  };
  return rows;
}

class MistakesTest : public FrontProgram {
 protected:
  MistakesTest() {
    write("mine/notes.txt", "dear diary: tell nobody\n");
    write("mine/settings.yaml", "model:\n  layers: 4\n");
    write("mine/unknown.toml", "[model]\nlayer = 4\n");
    write("mine/passes.toml", "[voice]\nepochs = 2\n");
    write("mine/heads.toml", "[model]\nheads = 3\n");
    write("theirs/metadata.csv", "a|one sentence\n");
    write("recorded/wavs/a.wav", "a week in the studio");
    write("mixed/thesis.doc", "ten years of work");
    make_run("mixed", config::preset("tiny"));
    make_run("run", config::preset("tiny"));
  }
};

std::string spoken(const std::vector<std::string>& arguments) {
  std::string line = "myxtts";
  for (const std::string& argument : arguments) line += " '" + argument.substr(0, 40) + "'";
  return line;
}

TEST_F(MistakesTest, EachHasItsCodeNamesWhatIsWrongAndLosesNothing) {
  const auto before = listing();
  for (const Mistake& mistake : mistakes()) {
    SCOPED_TRACE(spoken(mistake.arguments));
    const Outcome outcome = run(mistake.arguments);
    EXPECT_EQ(outcome.exit_code, mistake.exit_code);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, testing::StartsWith("error: "));
    EXPECT_THAT(outcome.err, testing::Not(testing::HasSubstr("defect")));
    for (const std::string& part : mistake.said) EXPECT_THAT(outcome.err, testing::HasSubstr(part));
    EXPECT_EQ(listing(), before);
  }
}

class MistakesTiming : public MistakesTest {};

TEST_F(MistakesTiming, EachAnswersWithin200Milliseconds) {
  for (const Mistake& mistake : mistakes()) {
    EXPECT_LE(shortest_ms(mistake.arguments, 200), 200) << spoken(mistake.arguments);
  }
}

TEST_F(MistakesTest, GpusThatAreNotThereAreR5sTextsAndComeBeforeTheRun) {
  const std::string failed = "❌ Multi-GPU mode was requested but configuration failed\n";
  const std::string advice = "   Please check your GPU indices and ensure you have at least 2 GPUs\n";
  const std::vector<std::pair<std::vector<std::string>, std::string>> rows = {
      {{"train", "--data-gpu", "0", "--output", "run"},
       "❌ Multi-GPU mode needs both flags: --model-gpu is missing\n" + failed + advice},
      {{"train", "--model-gpu", "0"}, "❌ Multi-GPU mode needs both flags: --data-gpu is missing\n" + failed + advice},
      {{"train", "--data-gpu", "0", "--model-gpu", "99", "--train-data", "no such folder"},
       "❌ Multi-GPU requires at least 2 GPUs, found 0\n" + failed + advice},
      {{"train", "--data-gpu", "0", "--model-gpu", "1", "--enable-memory-isolation", "--output", "run"},
       "❌ Multi-GPU requires at least 2 GPUs, found 0\n" + failed + advice},
      {{"train", "--share-gpu", "--output", "run"}, "❌ --share-gpu requires a GPU, found 0\n" + failed},
      {{"train", "--device", "cuda"}, "❌ --device cuda requires a GPU, found 0\n"},
      {speak({"--model-gpu", "1"}), "❌ --model-gpu requires a GPU, found 0\n"},
      {{"evaluate", "--checkpoint", "none", "--train-data", "none", "--device", "cuda"},
       "❌ --device cuda requires a GPU, found 0\n"},
  };
  const auto before = listing();
  for (const auto& [arguments, text] : rows) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, text);
  }
  EXPECT_EQ(run({"train", "--data-gpu", "0", "--batch-size", "0"}).exit_code, 2) << "a bad value comes first";
  EXPECT_EQ(listing(), before);
}

TEST_F(MistakesTest, AMissingEngineIsNamedWithWhatBuildsIt) {
  std::filesystem::remove(work().parent_path().parent_path() / "bin" / "myxtts-engine");
  const Outcome outcome = run(kSpeak);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, testing::AllOf(testing::HasSubstr("cannot start the engine"),
                                          testing::HasSubstr("No such file or directory")));
}

}  // namespace
}  // namespace myxtts::front_test

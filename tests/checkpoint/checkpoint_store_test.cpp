#include "checkpoint/checkpoint_store.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>

#include "checkpoint/sample_state.hpp"
#include "config/format_version.hpp"
#include "core/error.hpp"
#include "formats/checksum.hpp"
#include "support/fake_file_system.hpp"
#include "support/places.hpp"

namespace myxtts::checkpoint {
namespace {

using core::Path;
using support::FailureMode;
using support::FakeFileSystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct StoreTest : ::testing::Test {
  support::TemporaryFolder run;
  Path folder = run.path() / "checkpoints";
  FakeFileSystem files{folder};
  core::Console console;
  CheckpointStore store{files, folder, console};

  std::string bytes(const Path& file) const { return files.read(folder / file); }
  void flip_byte(const Path& file, std::size_t index) {
    std::string content = bytes(file);
    content.at(index) = static_cast<char>(content.at(index) ^ 1);
    const std::string_view part = content;
    core::local_file_system().write(folder / file, std::span(&part, 1));
  }
  std::int64_t newest_step() {
    const auto state = CheckpointStore(core::local_file_system(), folder, console).load_newest();
    return state ? state->progress.step : -1;
  }
};

ino_t inode(const Path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0);
  return status.st_ino;
}

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const core::CheckpointError& error) {
    return error.what();
  }
  return "no CheckpointError";
}

TEST_F(StoreTest, RoundTripsToTheBit) {
  contracts::TrainState state = sample_state(500);
  state.weights["voice"].emplace_back("transposed", torch::arange(6).reshape({2, 3}).t());
  state.weights["voice"].emplace_back("special",
                                      torch::tensor({-0.0, 1e-310, HUGE_VAL, std::nan("")}, torch::kFloat64));
  state.weights["voice"].emplace_back("mask", torch::tensor({true, false, true}));
  const Path saved = store.save(state);
  EXPECT_EQ(saved, folder / "voice-00000500");
  expect_equal(CheckpointStore::load(files, saved), state);
}

TEST_F(StoreTest, RoundTripsLossesThatAreNotFinite) {
  for (const double loss : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), 0.1,
                            std::nextafter(3.0, 4.0), -0.0}) {
    contracts::TrainState state = sample_state(1);
    state.progress.best_loss = loss;
    expect_equal(CheckpointStore::load(files, store.save(state)), state);
  }
}

TEST_F(StoreTest, SameStateGivesSameBytes) {
  contracts::TrainState state = sample_state(500);
  store.save(state);
  std::ranges::reverse(state.weights["voice"]);
  const Path other = run.path() / "other";
  CheckpointStore(files, other, console).save(state);
  for (const std::string& name : files.list(folder / "voice-00000500")) {
    EXPECT_EQ(files.read(other / "voice-00000500" / name), bytes(Path("voice-00000500") / name)) << name;
  }
}

TEST_F(StoreTest, WritesSyncsRenamesSyncsInThatOrder) {
  files.create_directories(folder);
  files.clear_operations();
  store.save(sample_state(500));
  const std::string partial = ".partial-voice-00000500";
  std::vector<std::string> expected{"create_directories " + partial};
  for (const char* name : {"codec.safetensors", "voice.safetensors", "optimizer.safetensors", "config.toml",
                           "tokenizer.json", "state.json"}) {
    expected.push_back("write " + partial + "/" + name);
    expected.push_back("sync_file " + partial + "/" + name);
  }
  expected.push_back("sync_directory " + partial);
  expected.push_back("rename " + partial + " voice-00000500");
  expected.push_back("sync_directory .");
  EXPECT_EQ(files.operations(), expected);
}

TEST_F(StoreTest, LinksWeightsThatDidNotChange) {
  store.save(sample_state(500));
  store.save(sample_state(501));
  EXPECT_EQ(inode(folder / "voice-00000500/codec.safetensors"), inode(folder / "voice-00000501/codec.safetensors"));
  EXPECT_NE(inode(folder / "voice-00000500/voice.safetensors"), inode(folder / "voice-00000501/voice.safetensors"));

  CheckpointStore resumed(files, folder, console);
  ASSERT_TRUE(resumed.load_newest());
  resumed.save(sample_state(502));
  EXPECT_EQ(inode(folder / "voice-00000501/codec.safetensors"), inode(folder / "voice-00000502/codec.safetensors"));
  expect_equal(CheckpointStore::load(files, folder / "voice-00000502"), sample_state(502));
}

TEST_F(StoreTest, FailureAtAnyOperationKeepsThePreviousCheckpoint) {
  for (const FailureMode mode : {FailureMode::kOnce, FailureMode::kFromThenOn}) {
    bool failed = true;
    for (std::size_t n = 1; failed; ++n) {
      ASSERT_LT(n, 100U);
      std::filesystem::remove_all(folder);
      store.save(sample_state(500));
      store.point("last", "voice-00000500");
      files.clear_operations();
      files.fail_at(n, mode);
      failed = message_of([&] { store.save(sample_state(501)); }) != "no CheckpointError";
      const bool reached = files.operations().size() >= n;
      files.never_fail();
      // Without hard links the file is written instead, so that one failure alone is no failure.
      if (!failed && reached) {
        EXPECT_EQ(mode, FailureMode::kOnce);
        EXPECT_THAT(files.operations()[n - 1], HasSubstr("create_hard_link"));
        failed = true;
      }
      expect_equal(CheckpointStore::load(files, folder / "voice-00000500"), sample_state(500));
      EXPECT_EQ(newest_step(), 500) << n;
    }
  }
}

TEST_F(StoreTest, FailureWhileReplacingLosesNoReadableCheckpoint) {
  for (const FailureMode mode : {FailureMode::kOnce, FailureMode::kFromThenOn}) {
    bool failed = true;
    for (std::size_t n = 1; failed; ++n) {
      ASSERT_LT(n, 100U);
      std::filesystem::remove_all(folder);
      contracts::TrainState state = sample_state(500);
      store.save(state);
      state.progress.best_loss = 77;
      files.clear_operations();
      files.fail_at(n, mode);
      failed = message_of([&] { store.save(state); }) != "no CheckpointError" || files.operations().size() >= n;
      files.never_fail();
      EXPECT_EQ(newest_step(), 500) << "after failure " << n;
      for (const std::string& name : files.list(folder)) EXPECT_EQ(name, "voice-00000500");
    }
    EXPECT_EQ(CheckpointStore::load(files, folder / "voice-00000500").progress.best_loss, 77);
  }
}

TEST_F(StoreTest, SavingAgainReplaces) {
  store.save(sample_state(500));
  contracts::TrainState state = sample_state(500);
  state.weights["voice"][0].second.fill_(9);
  store.save(state);
  expect_equal(CheckpointStore::load(files, folder / "voice-00000500"), state);
  EXPECT_THAT(files.list(folder), ElementsAre("voice-00000500"));
}

TEST_F(StoreTest, FlippedByteInAnyFileIsFound) {
  store.save(sample_state(500));
  const Path checkpoint = "voice-00000500";
  for (const std::string& name : files.list(folder / checkpoint)) {
    const std::size_t size = bytes(checkpoint / name).size();
    for (std::size_t index = 0; index < size; index += std::max<std::size_t>(1, size / 40)) {
      flip_byte(checkpoint / name, index);
      EXPECT_THAT(message_of([&] { (void)CheckpointStore::load(files, folder / checkpoint); }), HasSubstr(name))
          << index;
      flip_byte(checkpoint / name, index);
    }
  }
  expect_equal(CheckpointStore::load(files, folder / checkpoint), sample_state(500));
}

TEST_F(StoreTest, TruncatedAndMissingFilesAreNamed) {
  for (const char* name : {"codec.safetensors", "optimizer.safetensors", "config.toml", "state.json"}) {
    store.save(sample_state(500));
    const Path file = folder / "voice-00000500" / name;
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    EXPECT_THAT(message_of([&] { (void)CheckpointStore::load(files, file.parent_path()); }), HasSubstr(name));
    std::filesystem::remove(file);
    EXPECT_NE(message_of([&] { (void)CheckpointStore::load(files, file.parent_path()); }), "no CheckpointError");
    std::filesystem::remove_all(folder);
  }
}

StateDocument document_of_voice() {
  StateDocument document;
  document.progress.stage = "voice";
  return document;
}

TEST_F(StoreTest, NamesThatLeaveTheFolderAreRefused) {
  StateDocument document = document_of_voice();
  document.files["../outside"] = {};
  EXPECT_THAT(message_of([&] { (void)parse_state_document(render(document), "state.json"); }), HasSubstr("../outside"));
}

TEST_F(StoreTest, ProgressThatNoRunCanHaveIsRefused) {
  using Change = std::function<void(contracts::StageProgress&)>;
  const std::vector<std::pair<std::string, Change>> table = {
      {"step", [](auto& p) { p.step = -5; }},
      {"planned_steps", [](auto& p) { p.planned_steps = -1; }},
      {"more batches", [](auto& p) { p.consumed_batches = std::uint64_t{1} << 62; }},
      {"the name of a stage", [](auto& p) { p.stage = "../../x"; }},
      {"the name of a stage", [](auto& p) { p.stage = ""; }}};
  for (const auto& [name, change] : table) {
    StateDocument document = document_of_voice();
    change(document.progress);
    EXPECT_THAT(message_of([&] { (void)parse_state_document(render(document), "state.json"); }), HasSubstr(name));
  }
}

TEST_F(StoreTest, StateHoldsTheChecksumOfItsBytesAsTheyStand) {
  store.save(sample_state(500));
  const std::string text = bytes("voice-00000500/state.json");
  const std::size_t line = text.rfind("  \"checksum\"");
  EXPECT_EQ(text.substr(line),
            fmt::format("  \"checksum\": \"{}\"\n}}\n", formats::checksum_hex(text.substr(0, line))));
  EXPECT_NO_THROW((void)parse_state_document(text, "state.json"));
  const std::string spaced = text.substr(0, line) + " " + text.substr(line);
  EXPECT_THAT(message_of([&] { (void)parse_state_document(spaced, "state.json"); }), HasSubstr("checksum"));
}

// state.json as another version would write it.
std::string state_of_version(std::int64_t version, const std::string& more) {
  std::string text = render(document_of_voice());
  text.erase(text.rfind("  \"checksum\""));
  const std::string ours = fmt::format("\"version\": {}", config::kFormatVersion);
  text.replace(text.find(ours), ours.size(), fmt::format("\"version\": {}{}", version, more));
  return text + fmt::format("  \"checksum\": \"{}\"\n}}\n", formats::checksum_hex(text));
}

TEST_F(StoreTest, ANewerVersionIsReadUnlessItHasAKeyThatIsUnknown) {
  const std::int64_t newer = config::kFormatVersion + 1;
  EXPECT_NO_THROW((void)parse_state_document(state_of_version(newer, ""), "state.json"));
  EXPECT_THAT(message_of([&] { (void)parse_state_document(state_of_version(newer, ", \"wheels\": 4"), "state.json"); }),
              HasSubstr(fmt::format(
                  "state.json: 'wheels'; expected a file of format version {} or older; this one has version {}",
                  config::kFormatVersion, newer)));
  EXPECT_THAT(message_of([&] {
                (void)parse_state_document(state_of_version(config::kFormatVersion, ", \"wheels\": 4"), "state.json");
              }),
              HasSubstr("unknown key: state.json: 'wheels'"));
}

TEST_F(StoreTest, WhatANewerProgramSavedIsNeverPassedOver) {
  store.save(sample_state(500));
  store.save(sample_state(501));
  const std::string text = state_of_version(config::kFormatVersion + 1, ", \"wheels\": 4");
  core::write_atomically(files, folder / "voice-00000501/state.json", text);
  EXPECT_THROW((void)store.load_newest(), NewerVersionError);
  store.point("last", "voice-00000501");
  EXPECT_THROW((void)store.load_newest(), NewerVersionError);
}

TEST_F(StoreTest, AGoldenOfVersion1IsReadAndItsTensorsSavedAgainAreTheSameBytes) {
  const Path old = support::source_folder() / "tests/golden/checkpoint/v1/run/checkpoints/voice-00000060";
  const contracts::TrainState state = CheckpointStore::load(files, old);
  EXPECT_EQ(state.progress.step, 60);
  EXPECT_EQ(state.progress.run_steps, 80);
  const Path saved = store.save(state);
  for (const std::string& name : files.list(old)) {
    if (name != "state.json") {
      EXPECT_EQ(files.read(saved / name), files.read(old / name)) << name;
    }
  }
  EXPECT_THAT(files.read(saved / "state.json"), HasSubstr(fmt::format("\"version\": {}", config::kFormatVersion)));
}

TEST_F(StoreTest, AFlippedByteInAStateOfVersion1IsFound) {
  const Path old = support::source_folder() / "tests/golden/checkpoint/v1/run/checkpoints/voice-00000060/state.json";
  const std::string text = files.read(old);
  for (std::size_t index = 0; index < text.size(); ++index) {
    std::string changed = text;
    changed[index] = static_cast<char>(changed[index] ^ 1);
    EXPECT_NE(message_of([&] { (void)parse_state_document(changed, "state.json"); }), "no CheckpointError") << index;
  }
}

TEST_F(StoreTest, LoadsWhatLastPointsAt) {
  EXPECT_FALSE(store.load_newest());
  store.save(sample_state(500));
  store.save(sample_state(501));
  EXPECT_EQ(newest_step(), 501);
  store.point("last", "voice-00000500");
  EXPECT_EQ(newest_step(), 500);
}

TEST_F(StoreTest, PassesOverDamageWithAWarning) {
  store.save(sample_state(400, "codec"));
  store.save(sample_state(500));
  store.save(sample_state(501));
  store.point("last", "voice-00000501");
  flip_byte("voice-00000501/voice.safetensors", 100);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(newest_step(), 500);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("voice-00000501/voice.safetensors"));
  flip_byte("voice-00000500/state.json", 10);
  EXPECT_EQ(newest_step(), 400);
}

TEST_F(StoreTest, ClearsWhatAnInterruptedSaveLeft) {
  store.save(sample_state(500));
  files.create_directories(folder / ".partial-voice-00000501");
  files.create_symlink("voice-00000500", folder / ".last.partial");
  files.rename(folder / "voice-00000500", folder / ".replaced-voice-00000500");
  EXPECT_EQ(newest_step(), 500);
  EXPECT_THAT(files.list(folder), ElementsAre("voice-00000500"));
}

TEST_F(StoreTest, PruneKeepsTheNewestAndWhatLinksPointAt) {
  for (const std::int64_t step : {100, 200, 300, 400, 500}) store.save(sample_state(step));
  store.save(sample_state(50, "codec"));
  store.point("voice-best", "voice-00000200");
  store.prune("voice", 2, {"voice-00000100"});
  EXPECT_THAT(files.list(folder), ElementsAre("codec-00000050", "voice-00000100", "voice-00000200", "voice-00000400",
                                              "voice-00000500", "voice-best"));
}

TEST_F(StoreTest, ResolvesCheckpointsAndRunFolders) {
  const auto resolve = [&](const Path& path, std::string_view stage = {}) {
    return CheckpointStore::resolve(files, path, stage).filename().string();
  };
  store.save(sample_state(100, "codec"));
  EXPECT_EQ(resolve(run.path()), "codec-00000100");
  store.save(sample_state(200));
  store.save(sample_state(300));
  EXPECT_EQ(resolve(run.path()), "voice-00000300");
  store.point("last", "voice-00000200");
  EXPECT_EQ(resolve(run.path()), "voice-00000200");
  store.point("best", "voice-00000300");
  store.point("codec-best", "codec-00000100");
  EXPECT_EQ(resolve(run.path()), "voice-00000300");
  EXPECT_EQ(resolve(run.path() / ""), "voice-00000300");
  EXPECT_EQ(resolve(run.path(), "codec"), "codec-00000100");
  EXPECT_EQ(resolve(run.path(), "voice"), "voice-00000300");
  EXPECT_EQ(resolve(run.path() / "codec-best"), "codec-00000100");
  EXPECT_EQ(resolve(folder / "last"), "voice-00000200");
  EXPECT_EQ(resolve(folder / "voice-00000300"), "voice-00000300");
}

TEST_F(StoreTest, ABestCheckpointThatIsDamagedIsNotReplacedByAnother) {
  store.save(sample_state(100));
  store.save(sample_state(200));
  store.point("last", "voice-00000100");
  store.point("best", "voice-00000200");
  const auto message = [&] { return message_of([&] { (void)CheckpointStore::resolve(files, run.path()); }); };
  std::filesystem::remove(folder / "voice-00000200/state.json");
  EXPECT_THAT(message(), HasSubstr("voice-00000200"));
  std::filesystem::remove_all(folder / "voice-00000200");
  EXPECT_THAT(message(), HasSubstr("voice-00000200"));
}

TEST_F(StoreTest, ResolveNamesWhatItLookedFor) {
  const Path empty = run.path() / "empty";
  files.create_directories(empty);
  EXPECT_THAT(message_of([&] { (void)CheckpointStore::resolve(files, empty); }), HasSubstr("state.json"));
  EXPECT_THAT(message_of([&] { (void)CheckpointStore::resolve(files, run.path() / "no"); }),
              HasSubstr("does not exist"));
}

}  // namespace
}  // namespace myxtts::checkpoint

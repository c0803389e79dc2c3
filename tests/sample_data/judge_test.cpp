// scripts/judge hears what make-data speaks: both read the same grammar.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "sample_data/make_data.hpp"
#include "support/places.hpp"

namespace myxtts::sample_data {
namespace {

int run_judge(const core::Path& folder, const std::string& flags) {
  const std::string command =
      (support::source_folder() / "scripts/judge").string() + " " + folder.string() + " " + flags;
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Judge, UnderstandsTheRecordingsAndNotReversedSpeech) {
  if (std::system("command -v pocketsphinx_batch sox python3 >/dev/null") != 0) GTEST_SKIP() << "no pocketsphinx";
  const core::Path folder = std::filesystem::temp_directory_path() / ("judge_test_" + std::to_string(::getpid()));
  core::Console console;
  MakeDataOptions options;
  options.output = folder;
  options.count = 6;
  make_data(core::local_file_system(), options, console);
  EXPECT_EQ(run_judge(folder, "--max-word-errors 2"), 0);
  EXPECT_EQ(run_judge(folder, "--reversed --max-word-errors 30"), 1);
  std::filesystem::remove(folder / "wavs" / "slot-f2-00003.wav");
  EXPECT_EQ(run_judge(folder, "2>/dev/null"), 2);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace myxtts::sample_data

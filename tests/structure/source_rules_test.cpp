#include "structure/source_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "stages/catalogue/catalogue.hpp"
#include "support/places.hpp"

namespace myxtts::structure {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileLines = 400;
constexpr std::size_t kMaxFunctionLines = 60;
constexpr std::size_t kMaxFolderFiles = 30;

std::map<std::string, std::string> sources() {
  static const std::set<std::string> kEndings = {".cpp", ".hpp", ".cu", ".cuh"};
  std::map<std::string, std::string> result;
  const fs::path project = support::source_folder();
  for (const char* top : {"src", "apps", "include"}) {
    for (const auto& entry : fs::recursive_directory_iterator(project / top)) {
      if (!kEndings.contains(entry.path().extension().string())) continue;
      std::ifstream stream(entry.path());
      result[fs::relative(entry.path(), project).string()] = {std::istreambuf_iterator<char>(stream), {}};
    }
  }
  return result;
}

std::vector<std::string> stage_names() {
  std::vector<std::string> names;
  for (const stages::StageEntry& entry : stages::kCatalogue) names.emplace_back(entry.name);
  return names;
}

TEST(SourceRules, NoFileIsLongerThan400Lines) {
  for (const auto& [path, text] : sources()) {
    EXPECT_LE(static_cast<std::size_t>(std::ranges::count(text, '\n')), kMaxFileLines) << path;
  }
}

TEST(SourceRules, NoFunctionIsLongerThan60Lines) {
  std::size_t count = 0;
  for (const auto& [path, text] : sources()) {
    for (const FunctionLength& function : function_lengths(text)) {
      EXPECT_LE(function.lines, kMaxFunctionLines) << path << ": " << function.head;
      ++count;
    }
  }
  EXPECT_GT(count, 1000U);
}

TEST(SourceRules, NoFolderHoldsMoreThan30Files) {
  std::map<std::string, std::size_t> folders;
  for (const auto& entry : fs::recursive_directory_iterator(support::source_folder() / "src")) {
    if (entry.is_regular_file()) ++folders[entry.path().parent_path().string()];
  }
  for (const auto& [folder, files] : folders) EXPECT_LE(files, kMaxFolderFiles) << folder;
}

// What goes over stages knows none by name.
TEST(SourceRules, AStageIsNamedInQuotesInItsOwnFileAlone) {
  static const std::set<std::string> kOtherMeaning = {"src/manifest/columns.cpp"};  // a column that says who speaks
  const std::vector<std::string> names = stage_names();
  for (const auto& [path, text] : sources()) {
    if (path.starts_with("src/stages/") || kOtherMeaning.contains(path)) continue;
    EXPECT_THAT(lines_with_quoted(text, names), IsEmpty()) << path;
  }
}

TEST(SourceRules, PlantedNamesAreFound) {
  const std::vector<std::string> names = {"codec", "voice"};
  EXPECT_THAT(lines_with_quoted("a(\"voice\");\nb(\"codec-best\");\nc(\"codec,voice\");\n", names),
              ElementsAre("a(\"voice\");", "b(\"codec-best\");", "c(\"codec,voice\");"));
  EXPECT_THAT(lines_with_quoted("f(\"codec.steps\");  // of \"codec\"\ng(\"the voice\");\n", names), IsEmpty());
}

TEST(SourceRules, PlantedFunctionsAreMeasured) {
  const std::string source =
      "namespace a {\nint f(int x) {\n  if (x) {\n    return 1;\n  }\n  return 2;\n}\n"
      "class B {\n  void g() const {\n    h();\n  }\n};\n}\n";
  std::vector<std::size_t> lengths;
  for (const FunctionLength& function : function_lengths(source)) lengths.push_back(function.lines);
  EXPECT_THAT(lengths, ElementsAre(6, 3));
}

}  // namespace
}  // namespace myxtts::structure

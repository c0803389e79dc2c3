#include "structure/include_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "support/places.hpp"

namespace myxtts::structure {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

const fs::path kProject = support::source_folder();

std::string read(const fs::path& path) {
  std::ifstream stream(path);
  EXPECT_TRUE(stream) << path;
  return {std::istreambuf_iterator<char>(stream), {}};
}

IncludeTable project_table() {
  return {read(kProject / "tests/structure/include_table.tsv"), read(kProject / "tests/structure/libraries.tsv")};
}

std::vector<fs::path> sources() {
  static const std::set<std::string> kEndings = {".cpp", ".hpp", ".cu", ".cuh", ".h"};
  std::vector<fs::path> result;
  for (const char* top : {"src", "apps", "include"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kProject / top)) {
      if (kEndings.contains(entry.path().extension().string())) result.push_back(entry.path());
    }
  }
  return result;
}

TEST(IncludeTable, EveryIncludeOfTheProjectIsAllowed) {
  const IncludeTable table = project_table();
  EXPECT_GT(sources().size(), 10U);
  for (const fs::path& path : sources()) {
    EXPECT_THAT(table.violations(fs::relative(path, kProject).string(), read(path)), IsEmpty());
  }
}

TEST(IncludeTable, EveryFolderOfTheProjectHasARow) {
  const IncludeTable table = project_table();
  for (const char* top : {"src", "apps", "include"}) {
    for (const auto& entry : fs::directory_iterator(kProject / top)) {
      if (!entry.is_directory()) continue;
      EXPECT_TRUE(table.has_folder(entry.path().filename().string())) << entry.path();
    }
  }
}

TEST(IncludeTable, PlantedFolderIsNamedWithItsLine) {
  EXPECT_THAT(project_table().violations("src/core/error.cpp", "// why\n#include \"model/gpt.hpp\"\n"),
              ElementsAre("src/core/error.cpp:2: \"model/gpt.hpp\" is of model, which core may not include"));
}

TEST(IncludeTable, PlantedLibraryIsNamed) {
  const IncludeTable table = project_table();
  EXPECT_THAT(table.violations("src/text/cleaner.cpp", "#include <sndfile.h>\n"), ElementsAre(HasSubstr("sndfile")));
  EXPECT_THAT(table.violations("src/core/error.hpp", "  #  include <fmt/format.h>\n"), ElementsAre(HasSubstr("fmt")));
  EXPECT_THAT(table.violations("src/core/error.hpp", "#include <boost/any.hpp>\n"), ElementsAre(HasSubstr("unknown")));
}

TEST(IncludeTable, FrontHasNoTorch) {
  const IncludeTable table = project_table();
  EXPECT_THAT(table.violations("apps/front/main.cpp", "#include <torch/torch.h>\n"), ElementsAre(HasSubstr("torch")));
  EXPECT_THAT(table.violations("apps/front/main.cpp", "#include \"training/training_loop.hpp\"\n"),
              ElementsAre(HasSubstr("training")));
  EXPECT_THAT(table.violations("apps/front/main.cpp", "#include \"commands.hpp\"\n"),
              ElementsAre(HasSubstr("does not begin with a folder")));
}

TEST(IncludeTable, CudaHeadersStayInTheirFolder) {
  const IncludeTable table = project_table();
  for (const char* header : {"cuda_runtime.h", "c10/cuda/CUDACachingAllocator.h", "ATen/cuda/CUDAEvent.h",
                             "torch/csrc/cuda/CUDAPluggableAllocator.h"}) {
    const std::string line = "#include <" + std::string(header) + ">\n";
    EXPECT_THAT(table.violations("src/device/cuda/runtime.cpp", line), IsEmpty()) << header;
    for (const char* path : {"src/device/role.cpp", "src/run/wiring.cpp", "apps/engine/main.cpp"}) {
      EXPECT_THAT(table.violations(path, line), ElementsAre(HasSubstr("cuda"))) << path << header;
    }
  }
}

TEST(IncludeTable, OwnFolderStandardLibraryAndPosixAreFree) {
  EXPECT_THAT(project_table().violations("src/device/cuda/runtime.cpp",
                                         "#include \"device/cuda/runtime.hpp\"\n#include \"device/role.hpp\"\n"
                                         "#include <vector>\n#include <sys/stat.h>\n#include <unistd.h>\n"),
              IsEmpty());
}

TEST(IncludeTable, FileOutsideTheRowsIsNamed) {
  EXPECT_THAT(project_table().violations("src/utils/strings.hpp", ""),
              ElementsAre(HasSubstr("not in the include table")));
}

TEST(IncludeTable, CircleIsRefused) {
  EXPECT_THROW(IncludeTable("a\tb\t-\nb\ta\t-\n", ""), std::invalid_argument);
  EXPECT_THROW(IncludeTable("a\t-\tboost\n", ""), std::invalid_argument);
  EXPECT_THROW(IncludeTable("a -\n", ""), std::invalid_argument);
}

}  // namespace
}  // namespace myxtts::structure

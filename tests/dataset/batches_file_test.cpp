#include "dataset/batches_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "media/sound_files.hpp"

namespace myxtts::dataset {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using testing::TemporaryFolder;

class BatchesFile : public ::testing::Test {
 protected:
  BatchesFile() {
    std::vector<Clip> clips(3);
    clips[0].id = "LJ001-0001";
    clips[1].id = "LJ001-0002";
    clips[2].id = "other";
    data_ = Dataset(std::move(clips));
  }

  std::vector<planning::PlannedBatch> read(std::string_view text) {
    core::write_atomically(core::local_file_system(), folder_ / "batches.json", text);
    return read_batches(core::local_file_system(), folder_ / "batches.json", data_);
  }

  TemporaryFolder folder_;
  Dataset data_;
};

TEST_F(BatchesFile, NamesTheClipsOfEachBatchInOrder) {
  const auto batches = read(R"([["other", "LJ001-0001"], ["LJ001-0002", "LJ001-0002"]])");
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_THAT(batches[0].clips, ElementsAre(2, 0));
  EXPECT_THAT(batches[1].clips, ElementsAre(1, 1));
}

TEST_F(BatchesFile, AClipThatIsNotThereIsNamedWithItsBatch) {
  EXPECT_THAT(
      message_of<core::DataError>([&] { (void)read(R"([["other"], ["LJ001-0012"]])"); }),
      ::testing::AllOf(HasSubstr("batches.json[1]"), HasSubstr("LJ001-0012"), HasSubstr("Did you mean 'LJ001-0002'?")));
}

TEST_F(BatchesFile, WhatIsNoListOfBatchesIsRefused) {
  for (const char* text : {"", "[", "{}", "[]", "[[]]", "[\"other\"]", "[[1]]", "7"}) {
    EXPECT_THROW((void)read(text), core::DataError) << text;
  }
}

}  // namespace
}  // namespace myxtts::dataset

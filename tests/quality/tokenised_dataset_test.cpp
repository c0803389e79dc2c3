#include "quality/tokenised_dataset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "media/sound_files.hpp"

namespace myxtts::quality {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::message_of;
using ::testing::Not;
using testing::TemporaryFolder;
using testing::tone;
using testing::write_sound;
using testing::write_text;

class TokenisedFolder : public ::testing::Test {
 protected:
  TokenisedFolder() {
    std::filesystem::create_directory(folder_ / "wavs");
    write_text(folder_ / "metadata.csv", "a|The boat leaves.\nb|\nc|A boat.\n");
    for (const char* id : {"a", "b", "c"}) write_sound(folder_ / "wavs" / (std::string(id) + ".wav"), tone(1));
  }

  core::FileSystem& files_ = core::local_file_system();
  TemporaryFolder folder_;
  std::vector<std::string> folders_ = {folder_.path().string()};
  config::Settings settings_;
};

TEST_F(TokenisedFolder, WithoutAVocabularyItsTextsMakeOne) {
  const TokenisedDataset read = check_and_tokenise(files_, settings_, {.folders = folders_}, "");
  ASSERT_EQ(read.checked.dataset.size(), 2U);
  EXPECT_EQ(read.checked.total, 3U);
  EXPECT_EQ(read.tokenizer.decode(read.checked.dataset.clip(0).tokens), read.checked.dataset.clip(0).text);
  EXPECT_THAT(read.tokenizer_json, Not(IsEmpty()));
}

TEST_F(TokenisedFolder, AGivenVocabularyIsKept) {
  const TokenisedDataset learned = check_and_tokenise(files_, settings_, {.folders = folders_}, "");
  write_text(folder_ / "metadata.csv", "a|A naïve boat.\n");
  const TokenisedDataset again = check_and_tokenise(files_, settings_, {.folders = folders_}, learned.tokenizer_json);
  EXPECT_EQ(again.tokenizer_json, learned.tokenizer_json);
  EXPECT_THAT(again.tokenizer.unknown_characters(again.checked.dataset.clip(0).text), Not(IsEmpty()));
  const CheckedDataset with_tokenizer = check_and_tokenise(files_, settings_, {.folders = folders_}, learned.tokenizer);
  EXPECT_EQ(with_tokenizer.dataset.clip(0).tokens, again.checked.dataset.clip(0).tokens);
}

TEST_F(TokenisedFolder, TextsTooLongForTheModelAreRejected) {
  settings_.data.max_text_tokens = 10;
  const TokenisedDataset read = check_and_tokenise(files_, settings_, {.folders = folders_}, "");
  ASSERT_EQ(read.checked.dataset.size(), 1U);
  EXPECT_EQ(read.checked.dataset.clip(0).id, "c");
}

TEST_F(TokenisedFolder, ADamagedVocabularyIsAnError) {
  const auto read = [&] { (void)check_and_tokenise(files_, settings_, {.folders = folders_}, "{"); };
  EXPECT_THAT(message_of<core::DataError>(read), HasSubstr("tokenizer.json"));
}

}  // namespace
}  // namespace myxtts::quality

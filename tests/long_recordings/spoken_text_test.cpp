#include "long_recordings/spoken_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace myxtts::long_recordings {
namespace {

using ::testing::ElementsAre;

const WrittenWord& find(const std::vector<WrittenWord>& words, const std::string& written) {
  for (const WrittenWord& word : words) {
    if (word.written == written) return word;
  }
  throw std::runtime_error(written + " is not there");
}

std::string joined(const std::vector<WrittenWord>& words) {
  std::string text;
  for (const WrittenWord& word : words) text += (text.empty() ? "" : " ") + word.written;
  return text;
}

TEST(SpokenText, KeepsEveryWrittenWordBesideItsSound) {
  const std::string text = "In 1461, Dr. O’Brien-Smith paid $3.50 for 12 \"old\" Bibles - in the U.S. army. He left!";
  const std::vector<WrittenWord> words = read_spoken_text(text, "en");
  EXPECT_EQ(joined(words), text);
  EXPECT_THAT(find(words, "1461, Dr.").spoken, ElementsAre("fourteen", "sixty", "one", "doctor"));
  EXPECT_THAT(find(words, "O’Brien-Smith").spoken, ElementsAre("o'brien", "smith"));
  EXPECT_THAT(find(words, "$3.50").spoken, ElementsAre("three", "dollars", "and", "fifty", "cents"));
  EXPECT_THAT(find(words, "12").spoken, ElementsAre("twelve"));
  EXPECT_THAT(find(words, "\"old\"").spoken, ElementsAre("old"));
  EXPECT_THAT(find(words, "-").spoken, ElementsAre());
  EXPECT_THAT(find(words, "U.S.").spoken, ElementsAre("u", "s"));
}

TEST(SpokenText, KnowsWhereSentencesEnd) {
  const std::vector<WrittenWord> words = read_spoken_text("Mr. Fox ran. He\n\nwon", "en");
  std::vector<std::string> last;
  for (const WrittenWord& word : words) {
    if (word.ends_sentence) last.push_back(word.written);
  }
  EXPECT_THAT(last, ElementsAre("ran.", "won"));
}

TEST(SpokenText, OfSignsAloneNothingIsSpoken) {
  EXPECT_TRUE(read_spoken_text(" \n", "en").empty());
  const std::vector<WrittenWord> words = read_spoken_text("...", "en");
  ASSERT_EQ(words.size(), 1U);
  EXPECT_TRUE(words[0].spoken.empty());
}

TEST(SpokenText, RefusesWhatItCannotRead) {
  EXPECT_THROW((void)read_spoken_text("br\xFFken", "en"), core::DataError);
  EXPECT_THROW((void)read_spoken_text("text", "xx"), core::ConfigError);
}

}  // namespace
}  // namespace myxtts::long_recordings

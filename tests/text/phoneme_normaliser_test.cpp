#include "text/phoneme_normaliser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "core/error.hpp"

namespace myxtts::text {
namespace {

using ::testing::HasSubstr;

// Takes a text for what is spoken.
class AsWritten final : public Normaliser {
 public:
  [[nodiscard]] std::string normalise(std::string_view utf8) const override { return std::string(utf8); }
};

std::string phonemes(std::string_view text, std::string_view language = "en") {
  return PhonemeNormaliser(std::make_unique<AsWritten>(), language).normalise(text);
}

TEST(PhonemeNormaliser, ReadsEnglishAndPersian) {
  EXPECT_EQ(phonemes("the cat sat on the mat"), "ðə kˈæt sˈæt ɔnðə mˈæt");
  EXPECT_EQ(phonemes("سلام دنیا", "fa"), "salˈɑm dˈonjɑ");
}

TEST(PhonemeNormaliser, KeepsPunctuationAndSpaces) {
  EXPECT_EQ(phonemes("hello there, my friend. how are you?"), "həlˈoʊ ðˈɛɹ, maɪ fɹˈɛnd. hˈaʊ ɑːɹ juː?");
  EXPECT_EQ(phonemes("well - yes..."), "wˈɛl - jˈɛs...");
  EXPECT_EQ(phonemes("سلام، دنیا؟", "fa"), "salˈɑm، dˈonjɑ؟");
  EXPECT_EQ(phonemes("?!"), "?!");
  EXPECT_EQ(phonemes(""), "");
}

TEST(PhonemeNormaliser, HyphensAndApostrophesWithinWordsBelongToThem) {
  EXPECT_EQ(phonemes("isn't"), "ˈɪzənt");
  EXPECT_EQ(phonemes("mother-in-law"), "mˈʌðɚɹɪnlˈɔː");
  EXPECT_EQ(phonemes("'yes'"), "'jˈɛs'");
}

TEST(PhonemeNormaliser, ClauseSoundsTheSameWhereverItStands) {
  const std::string clause = "read the live record";
  EXPECT_EQ(phonemes(clause + ", " + clause + "! a, " + clause),
            phonemes(clause) + ", " + phonemes(clause) + "! " + phonemes("a") + ", " + phonemes(clause));
}

TEST(PhonemeNormaliser, LongClauseLosesNothing) {
  std::string text, expected;
  for (int i = 0; i < 400; ++i) {
    text += i == 0 ? "something" : " something";
    expected += i == 0 ? "sˈʌmθɪŋ" : " sˈʌmθɪŋ";
  }
  EXPECT_EQ(phonemes(text), expected);
}

TEST(PhonemeNormaliser, PassageInAnotherLanguageLeavesNoMarks) {
  const std::string mixed = phonemes("hello دنیا", "fa");
  EXPECT_THAT(mixed, HasSubstr("dˈonjɑ"));
  EXPECT_EQ(mixed.find_first_of("()"), std::string::npos) << mixed;
}

TEST(PhonemeNormaliser, VoicesTakeTurnsBetweenThreads) {
  const PhonemeNormaliser english(std::make_unique<AsWritten>(), "en");
  const PhonemeNormaliser persian(std::make_unique<AsWritten>(), "fa");
  const auto expect = [](const Normaliser& normaliser, std::string_view text, std::string_view phonemes) {
    for (int i = 0; i < 50; ++i) EXPECT_EQ(normaliser.normalise(text), phonemes);
  };
  const std::jthread other(expect, std::cref(persian), "سلام", "salˈɑm");
  expect(english, "the cat", "ðə kˈæt");
}

TEST(PhonemeNormaliser, LanguageWithoutAVoiceIsNamed) {
  try {
    static_cast<void>(phonemes("nuqneH", "klingon-9"));
    FAIL() << "no error";
  } catch (const core::DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("klingon-9"));
  }
}

}  // namespace
}  // namespace myxtts::text

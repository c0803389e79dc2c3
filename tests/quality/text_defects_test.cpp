#include "quality/text_defects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace myxtts::quality {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Defect> defects_of(std::string_view written) {
  std::vector<Defect> defects;
  for (const FoundDefect& found : text_defects(written, written)) defects.push_back(found.defect);
  return defects;
}

TEST(TextDefects, OrdinaryTextHasNone) {
  for (const char* text :
       {"Printing, in the only sense with which we are concerned; (so to say) \"differs\".",
        "It's a well-known fact: two and two - four!", "R&D at ten o'clock", "Chapter XXX, part two",
        "Ça va, señor Müller? Århus, Ø and Ù, Ã.", "این یک جملهٔ فارسی است؛ می‌رود؟",
        "a < b and b * c", "I met them @ noon. Then"}) {
    EXPECT_THAT(defects_of(text), IsEmpty()) << text;
  }
}

TEST(TextDefects, EachIsNamed) {
  const std::vector<std::pair<std::string, Defect>> table = {
      {"...!", Defect::kNoLetters},
      {"it was 42 then", Defect::kDigits},
      {"در سال ۱۴۰۰ بود", Defect::kDigits},
      {"see https://example.org now", Defect::kWebAddress},
      {"see www.example.org", Defect::kWebAddress},
      {"write to me@example.org", Defect::kWebAddress},
      {"a <b>bold</b> word", Defect::kMarkup},
      {"salt &amp; pepper", Defect::kMarkup},
      {"first\\nsecond", Defect::kMarkup},
      {"well [laughter] yes", Defect::kAnnotation},
      {"well *sighs* yes", Defect::kAnnotation},
      {"♪ la la", Defect::kAnnotation},
      {"donâ€™t go", Defect::kGarbled},
      {"cafÃ© noir", Defect::kGarbled},
      {"Ø§ÛŒÙ†", Defect::kGarbled},
      {"lost \uFFFD here", Defect::kGarbled},
  };
  for (const auto& [text, defect] : table) EXPECT_THAT(defects_of(text), ElementsAre(defect)) << text;
}

TEST(TextDefects, TheReasonQuotesTheWordAndCutsItBetweenCharacters) {
  const auto reason = [](std::string_view text) { return text_defects(text, text).at(0).reason; };
  EXPECT_THAT(reason("see http://x.org now"), HasSubstr("'http://x.org'"));
  EXPECT_THAT(reason("mail an.na@x.org now"), HasSubstr("'an.na@x.org'"));
  std::string persian = "[";
  for (int i = 0; i < 50; ++i) persian += "ش";
  EXPECT_THAT(reason(persian), ::testing::EndsWith("ش...'"));
}

TEST(TextDefects, DigitsCountOnlyWhereTheNormaliserLeftThem) {
  EXPECT_THAT(text_defects("it was 42", "it was forty two"), IsEmpty());
}

}  // namespace
}  // namespace myxtts::quality

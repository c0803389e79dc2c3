#include "text/persian/persian_number_words.hpp"

#include <gtest/gtest.h>
#include <unicode/locid.h>
#include <unicode/rbnf.h>

#include <array>
#include <cstdint>

namespace myxtts::text::persian {
namespace {

std::string icu_words(std::uint64_t number) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::RuleBasedNumberFormat format(icu::URBNF_SPELLOUT, icu::Locale("fa"), status);
  icu::UnicodeString words;
  std::string utf8;
  format.format(static_cast<std::int64_t>(number), words).toUTF8String(utf8);
  return utf8;
}

TEST(PersianNumberWords, SpellCardinalsAsIcuDoes) {
  for (std::uint64_t number = 0; number < 1000; ++number) EXPECT_EQ(cardinal_words(number), icu_words(number));
  for (std::uint64_t number = 2000; number < 1'000'000'000'000; number = number * 7 / 3 + 11) {
    EXPECT_EQ(cardinal_words(number), icu_words(number));
  }
}

TEST(PersianNumberWords, ReadThousandWithoutOne) {
  EXPECT_EQ(cardinal_words(1000), "هزار");
  EXPECT_EQ(cardinal_words(1402), "هزار و چهارصد و دو");
  EXPECT_EQ(cardinal_words(1'001'000), "یک میلیون و یک هزار");
  EXPECT_EQ(cardinal_words(21'000), "بیست و یک هزار");
  EXPECT_EQ(cardinal_words(1'000'000'000'000), "یک تریلیون");
}

TEST(PersianNumberWords, MakeOrdinals) {
  EXPECT_EQ(ordinal_words(1), "یکم");
  EXPECT_EQ(ordinal_words(2), "دوم");
  EXPECT_EQ(ordinal_words(3), "سوم");
  EXPECT_EQ(ordinal_words(23), "بیست و سوم");
  EXPECT_EQ(ordinal_words(30), "سی\u200cام");
  EXPECT_EQ(ordinal_words(100), "صدم");
}

TEST(PersianNumberWords, ReadDigitsOneByOne) { EXPECT_EQ(digit_words("0912"), "صفر نه یک دو"); }

}  // namespace
}  // namespace myxtts::text::persian

#include "text/english/english_number_words.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/places.hpp"

namespace myxtts::text {
namespace {

TEST(NumberWords, EqualAnIndependentImplementation) {
  std::ifstream table(support::source_folder() / "tests/golden/text/number_words.tsv");
  std::string line;
  int rows = 0;
  while (std::getline(table, line)) {
    std::istringstream row(line);
    std::string kind, number, words;
    std::getline(row, kind, '\t');
    std::getline(row, number, '\t');
    std::getline(row, words);
    const std::uint64_t value = std::stoull(number);
    const std::string ours = kind == "cardinal"  ? cardinal_words(value)
                             : kind == "ordinal" ? ordinal_words(value)
                                                 : year_words(static_cast<unsigned>(value));
    EXPECT_EQ(ours, words) << line;
    EXPECT_NE(cardinal_words(value + 1), words) << "a wrong number must not pass";
    ++rows;
  }
  EXPECT_GT(rows, 140);
}

TEST(NumberWords, SpellsDigitsAndPlurals) {
  EXPECT_EQ(digit_words("007"), "zero zero seven");
  EXPECT_EQ(plural_words("nineteen twenty"), "nineteen twenties");
  EXPECT_EQ(plural_words("nineteen hundred"), "nineteen hundreds");
  EXPECT_EQ(plural_words("six"), "sixes");
  EXPECT_EQ(cardinal_words(18446744073709551615ULL).substr(0, 20), "eighteen quintillion");
}

}  // namespace
}  // namespace myxtts::text

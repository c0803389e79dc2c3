#include "manifest/records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace myxtts::manifest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Dialect kBars{.delimiter = '|', .quotes = Quotes::kText};
constexpr Dialect kTabs{.delimiter = '\t', .quotes = Quotes::kWithinLine};
constexpr Dialect kCommas{.delimiter = ',', .quotes = Quotes::kAcrossLines};

std::vector<Record> read(std::string_view text, const Dialect& dialect) {
  std::vector<Record> records;
  RecordReader reader(text, dialect);
  while (std::optional<Record> record = reader.next()) records.push_back(std::move(*record));
  return records;
}

TEST(Records, LinesEndInLfCrLfOrWithTheText) {
  const std::vector<Record> records = read("a|1\r\n\n  \nb|2\nc|3\r", kBars);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_THAT(records[0].fields, ElementsAre("a", "1"));
  EXPECT_THAT(records[1].fields, ElementsAre("b", "2"));
  EXPECT_THAT(records[2].fields, ElementsAre("c", "3"));
  EXPECT_EQ(records[1].line, 4);
  EXPECT_EQ(records[2].line, 5);
}

TEST(Records, EmptyFieldsAreFields) {
  EXPECT_THAT(read("|", kBars)[0].fields, ElementsAre("", ""));
  EXPECT_THAT(read("a,,\"\"\n", kCommas)[0].fields, ElementsAre("a", "", ""));
  EXPECT_THAT(read("", kBars), IsEmpty());
}

TEST(Records, QuotesAreLettersWhereTheDialectSaysSo) {
  EXPECT_THAT(read("a|\"b\"|\"\"\"\n", kBars)[0].fields, ElementsAre("a", "\"b\"", "\"\"\""));
}

TEST(Records, AQuotedFieldHoldsDelimitersQuotesAndLineEnds) {
  const std::vector<Record> records = read("a,\"one, \"\"two\"\"\r\nthree\",x\r\nb,y,z\n", kCommas);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_THAT(records[0].fields, ElementsAre("a", "one, \"two\"\r\nthree", "x"));
  EXPECT_THAT(records[1].fields, ElementsAre("b", "y", "z"));
  EXPECT_EQ(records[1].line, 3);
}

TEST(Records, AQuoteWithoutItsEndCostsOneLine) {
  for (const char* damaged : {"a,\"never closed", "a,\"closed\" too early", "\"a\"\"", "a,b,\"c"}) {
    const std::vector<Record> records = read("x,1\n" + std::string(damaged) + "\ny,2\n", kCommas);
    ASSERT_EQ(records.size(), 3U) << damaged;
    EXPECT_THAT(records[1].error, HasSubstr("quote"));
    EXPECT_EQ(records[1].line, 2);
    EXPECT_THAT(records[2].fields, ElementsAre("y", "2"));
    EXPECT_EQ(records[2].line, 3);
  }
}

TEST(Records, WithinALineAQuoteThatEndsNothingIsALetter) {
  const std::vector<Record> records = read("a\t\"Yes\" or \"no\"\n\"b\"\t\"one\ttwo\"\nc\t\"open\nd\tend\"\n", kTabs);
  ASSERT_EQ(records.size(), 4U);
  EXPECT_THAT(records[0].fields, ElementsAre("a", "\"Yes\" or \"no\""));
  EXPECT_THAT(records[1].fields, ElementsAre("b", "one\ttwo"));
  EXPECT_THAT(records[2].fields, ElementsAre("c", "\"open"));
  EXPECT_THAT(records[3].fields, ElementsAre("d", "end\""));
}

}  // namespace
}  // namespace myxtts::manifest

#include "text/english/english_normaliser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace myxtts::text {
namespace {

using ::testing::HasSubstr;

struct Row {
  std::string written;
  std::string spoken;
};

void expect_rows(const std::vector<Row>& table) {
  for (const Row& row : table) EXPECT_EQ(EnglishNormaliser().normalise(row.written), row.spoken) << row.written;
}

TEST(EnglishNormaliser, MakesOneFormOfCharactersAndSpaces) {
  expect_rows({
      {"", ""},
      {"   ", ""},
      {"Hello, World!", "hello, world!"},
      {"  two \t spaces\r\n here ", "two spaces here"},
      {"non\u00a0breaking\u2003space", "non breaking space"},
      {"It\u2019s", "it's"},
      {"\u201cQuoted\u201d text", "quoted text"},
      {"\u00abHello\u00bb .", "hello."},
      {"he said (softly) no", "he said softly no"},
      {"word\u2014word", "word - word"},
      {"word -- word", "word - word"},
      {"well\u2010known", "well-known"},
      {"wait\u2026", "wait..."},
      {"\uff28\uff49", "hi"},
      {"\ufb01nd", "find"},
      {"Cafe\u0301", "caf\u00e9"},
      {"soft\u00adhyphen \ufeffmark", "softhyphen mark"},
      {"rock \u00b4n\u00b4 roll", "rock 'n' roll"},
      {"\u041f\u0440\u0438\u0432\u0435\u0442", "\u043f\u0440\u0438\u0432\u0435\u0442"},
      {"why ?  oh !", "why? oh!"},
  });
}

TEST(EnglishNormaliser, SpellsNumbers) {
  expect_rows({
      {"0", "zero"},
      {"I have 5 cats.", "i have five cats."},
      {"21 and 100", "twenty one and one hundred"},
      {"1,234,567 people", "one million two hundred thirty four thousand five hundred sixty seven people"},
      {"12,34", "twelve,thirty four"},
      {"1st, 2nd, 3rd, 4th", "first, second, third, fourth"},
      {"the 21st and 112th", "the twenty first and one hundred twelfth"},
      {"3.14", "three point one four"},
      {"version 1.2.3", "version one point two point three"},
      {".5 of it", "point five of it"},
      {"It costs 5.", "it costs five."},
      {"-5 degrees", "minus five degrees"},
      {"\u22125 degrees", "minus five degrees"},
      {"(-2.5)", "minus two point five"},
      {"007", "zero zero seven"},
      {"b2b", "b two b"},
      {"COVID-19", "covid-nineteen"},
      {"1234567890123456789012",
       "one two three four five six seven eight nine zero one two three four five six seven "
       "eight nine zero one two"},
  });
}

TEST(EnglishNormaliser, SpellsYearsTimesAndFractions) {
  expect_rows({
      {"in 1984", "in nineteen eighty four"},
      {"in 1905 or 1900", "in nineteen oh five or nineteen hundred"},
      {"1100 and 1099", "eleven hundred and one thousand ninety nine"},
      {"2000, 2005, 2024", "two thousand, two thousand five, twenty twenty four"},
      {"2100", "two thousand one hundred"},
      {"1,984 sheep", "one thousand nine hundred eighty four sheep"},
      {"the 1920s", "the nineteen twenties"},
      {"the '90s", "the 'nineties"},
      {"1914\u20131918", "nineteen fourteen to nineteen eighteen"},
      {"1914-1918", "nineteen fourteen to nineteen eighteen"},
      {"at 3:30", "at three thirty"},
      {"at 3:05 pm", "at three oh five p m"},
      {"at 10:00", "at ten o'clock"},
      {"at 10:00 a.m. sharp", "at ten a m sharp"},
      {"by 5pm", "by five p m"},
      {"1/2 and 3/4", "one half and three quarters"},
      {"2\u00bd cups", "two and one half cups"},
      {"2/3", "two thirds"},
      {"9/11/2001", "nine eleven two thousand one"},
  });
}

TEST(EnglishNormaliser, SpellsMoneyPercentAndSymbols) {
  expect_rows({
      {"$3.50", "three dollars and fifty cents"},
      {"$1", "one dollar"},
      {"$1.01", "one dollar and one cent"},
      {"$0.99", "ninety nine cents"},
      {"$20.00", "twenty dollars"},
      {"$1,000", "one thousand dollars"},
      {"$3.5 million", "three point five million dollars"},
      {"-$5", "minus five dollars"},
      {"\u00a32.50", "two pounds and fifty pence"},
      {"\u20ac7", "seven euros"},
      {"50%", "fifty percent"},
      {"12.5 %", "twelve point five percent"},
      {"salt & pepper", "salt and pepper"},
      {"AT&T", "at and t"},
      {"2+2=4", "two plus two equals four"},
      {"#5", "number five"},
      {"20\u00b0C", "twenty degrees celsius"},
      {"and/or", "and or"},
  });
}

TEST(EnglishNormaliser, ExpandsAbbreviations) {
  expect_rows({
      {"Mr. and Mrs. Smith", "mister and missus smith"},
      {"Mr Smith", "mister smith"},
      {"Dr. Jones", "doctor jones"},
      {"Drs. Jones and Hon. Judge", "doctors jones and honorable judge"},
      {"St. Louis", "saint louis"},
      {"st. louis", "saint louis"},
      {"St Paul's", "saint paul's"},
      {"on Main St.", "on main street."},
      {"Main St. was empty", "main street was empty"},
      {"Gen. Lee, Maj. Tom, Col. Sanders", "general lee, major tom, colonel sanders"},
      {"Lt. Dan, Sgt. York and Capt. Hook", "lieutenant dan, sergeant york and captain hook"},
      {"Smith & Co. Ltd. of York", "smith and company limited of york"},
      {"King Jr.", "king junior."},
      {"Rev. King, Esq., came", "reverend king, esquire, came"},
      {"Ft. Knox", "fort knox"},
      {"6 ft. tall", "six feet tall"},
      {"1 ft", "one foot"},
      {"10km", "ten kilometers"},
      {"No. 5", "number five"},
      {"I said no.", "i said no."},
      {"Oct. 5", "october fifth"},
      {"cats, dogs, etc.", "cats, dogs, et cetera."},
      {"e.g. this, i.e. that", "for example this, that is that"},
      {"the U.S. army", "the u s army"},
      {"J. F. Kennedy", "j. f. kennedy"},
      {"company", "company"},
      {"coop", "coop"},
      {"decorum", "decorum"},
  });
}

TEST(EnglishNormaliser, ReadsWhatStandsAroundNumbers) {
  expect_rows({
      {"on 2021-05-12", "on may twelfth twenty twenty one"},
      {"January 5, 2021", "january fifth, twenty twenty one"},
      {"Jan. 5th, 2021", "january fifth, twenty twenty one"},
      {"June 99", "june ninety nine"},
      {"2021-13-12", "twenty twenty one-thirteen-twelve"},
      {"call 555-1234", "call five five five, one two three four"},
      {"5-10 people", "five to ten people"},
      {"15%\u201320%", "fifteen percent to twenty percent"},
      {"10:30:15", "ten thirty and fifteen seconds"},
      {"120 km/h", "one hundred twenty kilometers per hour"},
      {"1 GB, 3 GB", "one gigabyte, three gigabytes"},
      {"50\u00a2", "fifty cents"},
      {"$1.5bn", "one point five billion dollars"},
      {"3.5k", "three point five thousand"},
      {"5'10\" tall", "five feet ten inches tall"},
      {"World War II", "world war two"},
      {"Chapter XIV", "chapter fourteen"},
      {"an act I saw", "an act i saw"},
      {"www.example.com", "www dot example dot com"},
      {"~5\u00b12", "about five plus or minus two"},
      {"3 x 4", "three by four"},
  });
}

TEST(EnglishNormaliser, NamesTheByteThatIsNotUtf8) {
  for (const char* broken : {"abc\xff", "abc\xc3", "abc\xed\xa0\x80", "abc\xc0\x80"}) {
    try {
      static_cast<void>(EnglishNormaliser().normalise(broken));
      ADD_FAILURE() << broken;
    } catch (const core::DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr("byte 3"));
    }
  }
}

}  // namespace
}  // namespace myxtts::text

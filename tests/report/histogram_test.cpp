#include "report/histogram.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace myxtts::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Histogram, BinsHaveRoundBoundsAndHoldEveryFiniteValue) {
  const std::vector<double> values = {
      0.5, 1.9, 2, 2.1, 11.6, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()};
  const Histogram histogram = histogram_of("duration", "s", values);
  EXPECT_EQ(histogram.step, 1);
  EXPECT_EQ(histogram.first, 0);
  EXPECT_THAT(histogram.counts, ElementsAre(1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1));
  EXPECT_EQ(histogram.bound(2), 2);
  EXPECT_EQ(histogram.decimals(), 0);
}

TEST(Histogram, NegativeAndEqualValuesHaveBinsToo) {
  const Histogram negative = histogram_of("loudness", "LUFS", std::vector<double>{-23.2, -20.1, -19.9});
  EXPECT_EQ(negative.step, 0.5);
  EXPECT_EQ(negative.first, -23.5);
  EXPECT_EQ(negative.decimals(), 1);
  EXPECT_EQ(negative.counts.front() + negative.counts.back(), 2U);
  EXPECT_THAT(histogram_of("a", "b", std::vector<double>{5, 5, 5}).counts, ElementsAre(3));
  EXPECT_THAT(histogram_of("a", "b", std::vector<double>{0}).counts, ElementsAre(1));
}

TEST(Histogram, ALineABinSaysBoundsCountAndBar) {
  const std::vector<std::string> lines = histogram_lines(histogram_of("size", "cm", std::vector<double>{1, 1, 3}, 2));
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_EQ(lines[0], "size (cm)");
  EXPECT_EQ(lines[1], "         1 to        2       2 " + std::string(40, '#'));
  EXPECT_EQ(lines[2], "         2 to        3       0 ");
  EXPECT_EQ(lines[3], "         3 to        4       1 " + std::string(20, '#'));
  EXPECT_THAT(histogram_lines(histogram_of("size", "cm", {})), IsEmpty());
}

TEST(Histogram, TheDrawingHasABarForEachBin) {
  const std::string svg = histogram_svg(histogram_of("size", "cm", std::vector<double>{1, 1, 3}, 2));
  EXPECT_THAT(svg, AllOf(HasSubstr("<svg "), HasSubstr("1 to 2: 2"), HasSubstr("3 to 4: 1"), HasSubstr("</svg>")));
  EXPECT_EQ(histogram_svg(histogram_of("size", "cm", {})), "");
}

}  // namespace
}  // namespace myxtts::report

#include "long_recordings/subtitles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace myxtts::long_recordings {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::vector<Cue> parse(std::string_view bytes) { return parse_subtitles(bytes, "talk.srt"); }

std::string refusal(std::string_view bytes) {
  try {
    (void)parse(bytes);
  } catch (const core::DataError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Subtitles, ReadsSubRip) {
  const std::vector<Cue> cues =
      parse("1\n00:00:01,500 --> 00:00:03,250\nHello\nthere.\n\n2\n01:02:03,004 --> 01:02:04,000\nBye.\n");
  ASSERT_THAT(cues, SizeIs(2));
  EXPECT_DOUBLE_EQ(cues[0].begin_seconds, 1.5);
  EXPECT_DOUBLE_EQ(cues[0].end_seconds, 3.25);
  EXPECT_THAT(cues[0].lines, ElementsAre("Hello", "there."));
  EXPECT_EQ(cues[0].line_number, 2U);
  EXPECT_DOUBLE_EQ(cues[1].begin_seconds, 3723.004);
  EXPECT_THAT(cues[1].lines, ElementsAre("Bye."));
}

TEST(Subtitles, ReadsWebVttWithHeadCommentsStylesAndSettings) {
  const std::vector<Cue> cues = parse(
      "WEBVTT - a talk\nKind: captions\n\nNOTE of the\nwriter\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:bill\n\n"
      "intro\n00:01.000 --> 00:02.500 align:start position:10%\nHello\n\n1:00:00.000 --> 1:00:01.000\nBye\n\nstray\n");
  ASSERT_THAT(cues, SizeIs(2));
  EXPECT_DOUBLE_EQ(cues[0].begin_seconds, 1);
  EXPECT_DOUBLE_EQ(cues[0].end_seconds, 2.5);
  EXPECT_THAT(cues[0].lines, ElementsAre("Hello"));
  EXPECT_DOUBLE_EQ(cues[1].begin_seconds, 3600);
  EXPECT_THAT(cues[1].lines, ElementsAre("Bye"));
}

TEST(Subtitles, ByteOrderMarksAndLineEndsMakeNoDifference) {
  const std::string plain = "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n";
  for (const std::string end : {"\r\n", "\r", "\n"}) {
    std::string text = "\xEF\xBB\xBF";
    for (const char character : plain) text += character == '\n' ? end : std::string(1, character);
    const std::vector<Cue> cues = parse(text);
    ASSERT_THAT(cues, SizeIs(2));
    EXPECT_THAT(cues[0].lines, ElementsAre("One"));
    EXPECT_EQ(cues[1].line_number, 6U);
  }
}

TEST(Subtitles, NumbersAndBlankLinesMayBeMissingOrWrong) {
  const std::vector<Cue> cues = parse(
      "00:00:01.000 --> 00:00:02,000\nOne\n7\n00:00:02,000-->00:00:03,000\nTwo\n\nstill two\n\n\n7\n"
      "00:00:03,000 --> 00:00:04\nIn\n1984\n\n9\n00:00:04 --> 00:00:05");
  ASSERT_THAT(cues, SizeIs(4));
  EXPECT_THAT(cues[0].lines, ElementsAre("One"));
  EXPECT_THAT(cues[1].lines, ElementsAre("Two", "still two"));
  EXPECT_THAT(cues[2].lines, ElementsAre("In", "1984"));
  EXPECT_THAT(cues[3].lines, ElementsAre());
}

TEST(Subtitles, AHeadThatLooksLikeTimesIsPassedOver) {
  EXPECT_THAT(refusal("WEBVTT\t --> \n\n"), HasSubstr("no cue"));
  EXPECT_THAT(parse("WEBVTT\t --> \n00:01.000 --> 00:02.000\nOne\n"), SizeIs(1));
}

TEST(Subtitles, CuesComeBackInTheOrderOfTheirTimes) {
  const std::vector<Cue> cues =
      parse("1\n00:00:05,000 --> 00:00:06,000\nlater\n\n2\n00:00:01,000 --> 00:00:02,000\nfirst\n");
  ASSERT_THAT(cues, SizeIs(2));
  EXPECT_THAT(cues[0].lines, ElementsAre("first"));
  EXPECT_THAT(cues[1].lines, ElementsAre("later"));
}

TEST(Subtitles, RefusesByLine) {
  EXPECT_THAT(refusal("1\n00:00:01,000 --> 00:00:02,000\nfine\nbr\xFFken\n"), HasSubstr("talk.srt:4"));
  EXPECT_THAT(refusal("1\n00:00:01,000 --> 00:00:xx\nfine\n"), HasSubstr("talk.srt:2"));
  EXPECT_THAT(refusal("1\n00:00:03,000 --> 00:00:02,000\nfine\n"), HasSubstr("ends before it begins"));
  for (const char* time : {"", ":", "1", "1:", "1:2:3:4", "-1:00", "0:1,", "0:1,1234567", "0:1,5x", "9999999:00"}) {
    EXPECT_THAT(refusal(std::string(time) + " --> 00:10:00,000\nfine\n"), HasSubstr("talk.srt:1")) << time;
  }
  EXPECT_THAT(refusal(""), HasSubstr("no cue"));
  EXPECT_THAT(refusal("WEBVTT\n\nNOTE 00:00 nothing\n"), HasSubstr("no cue"));
}

}  // namespace
}  // namespace myxtts::long_recordings

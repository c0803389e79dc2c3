#include "long_recordings/cue_text.hpp"

#include <gtest/gtest.h>

namespace myxtts::long_recordings {
namespace {

std::string spoken(const std::vector<std::string>& lines) { return read_cue_text(lines).spoken; }

TEST(CueText, LinesAreOneText) { EXPECT_EQ(spoken({"Hello", "there,  you."}), "Hello there, you."); }

TEST(CueText, TagsAndEntitiesAreTakenOff) {
  EXPECT_EQ(spoken({"{\\an8}<i>Salt</i> &amp; <font color=\"#fff\">pepper</font>"}), "Salt & pepper");
  EXPECT_EQ(spoken({"<00:00:01.500><c.yellow>word</c> by&nbsp;word"}), "word by word");
  EXPECT_EQ(spoken({"3 < 4 and 5 > 2"}), "3 < 4 and 5 > 2");
  EXPECT_EQ(spoken({"a | b"}), "a b");
}

TEST(CueText, SoundsAndMusicAreNoSpeech) {
  EXPECT_EQ(spoken({"[laughter]"}), "");
  EXPECT_EQ(spoken({"So [door", "slams] it was."}), "So it was.");
  EXPECT_EQ(spoken({"(laughs) Yes."}), "Yes.");
  EXPECT_EQ(spoken({"♪ la la la ♪"}), "");
  EXPECT_EQ(spoken({"♫"}), "");
  EXPECT_EQ(spoken({"# happy birthday #"}), "");
  EXPECT_EQ(spoken({"..."}), "");
}

TEST(CueText, RemarksInBracketsAreSpoken) {
  EXPECT_EQ(spoken({"(in 1984)"}), "(in 1984)");
  EXPECT_EQ(spoken({"the Bible (which also was printed at Mainz) was"}),
            "the Bible (which also was printed at Mainz) was");
}

TEST(CueText, LabelsNameTheSpeaker) {
  const CueText label = read_cue_text({"DR. SMITH: Come in."});
  EXPECT_EQ(label.spoken, "Come in.");
  EXPECT_EQ(label.speaker, "DR. SMITH");
  const CueText voice = read_cue_text({"<v.loud Ann Lee>Come in."});
  EXPECT_EQ(voice.spoken, "Come in.");
  EXPECT_EQ(voice.speaker, "Ann Lee");
  EXPECT_EQ(spoken({"Note: this stays"}), "Note: this stays");
  EXPECT_EQ(spoken({"AT 10:30 we go"}), "AT 10:30 we go");
}

TEST(CueText, TwoSpeakersInOneCueAreSeen) {
  EXPECT_TRUE(read_cue_text({"- Hello.", "- Hi."}).several_speakers);
  EXPECT_TRUE(read_cue_text({"ANN: Hello.", "BOB: Hi."}).several_speakers);
  EXPECT_TRUE(read_cue_text({"<v Ann>Hello.", "<v Bob>Hi."}).several_speakers);
  const CueText one = read_cue_text({"– Hello", "again."});
  EXPECT_FALSE(one.several_speakers);
  EXPECT_EQ(one.spoken, "Hello again.");
}

}  // namespace
}  // namespace myxtts::long_recordings

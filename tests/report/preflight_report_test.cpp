#include "report/preflight_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace myxtts::report {
namespace {

using quality::Defect;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

dataset::Clip clip(const std::string& id, double seconds, int rate_hz = 22050) {
  dataset::Clip made;
  made.id = id;
  made.text = "some words";
  made.audio = {.sample_rate_hz = rate_hz, .channels = 1, .frames = static_cast<std::int64_t>(seconds * rate_hz)};
  return made;
}

// Three clips of four, one of them suspicious twice.
quality::Preflight found() {
  quality::Preflight result{.folder = "my <voice>", .depth = {}, .max_rejected = 0.3, .checked = {}, .losses = {}};
  result.depth = quality::Depth::kHeaders;
  result.checked.dataset = dataset::Dataset({clip("a", 2), clip("b", 3), clip("c", 4, 44100)});
  result.checked.total = 4;
  result.checked.findings = {
      {Defect::kTooShort, "d<script>", "metadata.csv:4", "wavs/d.wav", "it is 0.1 s long; allowed are 0.5 to 11.6 s"},
      {Defect::kQuiet, "b", "metadata.csv:2", "wavs/b.wav", "its loudness is -50.0 LUFS"},
      {Defect::kHum, "b", "metadata.csv:2", "wavs/b.wav", "it hums & \"buzzes\""}};
  return result;
}

TEST(PreflightReport, TheVerdictCountsClips) {
  quality::Preflight preflight = found();
  EXPECT_EQ(preflight_verdict(preflight),
            "3 of 4 clips can be used, 0.1 minutes; 1 rejected (allowed: 30 %), 1 suspicious: training can start.");
  preflight.max_rejected = 0.2;
  EXPECT_THAT(preflight_verdict(preflight), HasSubstr("too few to train on"));
}

TEST(PreflightReport, ALineNamesClipPlaceFileAndReasonBelowItsKindAndAdvice) {
  const std::vector<std::string> lines = preflight_lines(found());
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("too-short (rejected), 1 clip. Join it"))));
  EXPECT_THAT(lines, Contains("  metadata.csv:2 'b' wavs/b.wav: its loudness is -50.0 LUFS"));
  EXPECT_THAT(lines, Contains("sample rates: 22050 Hz: 2 clips, 44100 Hz: 1 clip; speakers: 1"));
  EXPECT_THAT(lines, Contains("duration (s)"));
  EXPECT_THAT(lines, Not(Contains("loudness (LUFS)"))) << "headers tell no loudness";
  EXPECT_EQ(lines.back(), preflight_verdict(found()));
}

// The same clips, of which a voice model was asked.
quality::Preflight ranked() {
  quality::Preflight result = found();
  result.checked.dataset = dataset::Dataset({clip("a", 2), clip("b<", 3), clip("c", 4)});
  result.losses = {{2.25, 0.75}, {3.5, -0.125}, {2.5, 0.5}};
  return result;
}

TEST(PreflightReport, TheTableRanksTheWorstClipsByTheirLoss) {
  const std::vector<std::string> lines = preflight_lines(ranked());
  const auto first = std::ranges::find(lines, "    loss    gain  clip");
  ASSERT_LT(first - lines.begin(), static_cast<std::ptrdiff_t>(lines.size()) - 4);
  EXPECT_EQ(first[1], "   3.500  -0.125   'b<': some words");
  EXPECT_EQ(first[2], "   2.500   0.500   'c': some words");
  EXPECT_THAT(lines, Contains("loss of the voice model (nats an audio token)"));
  EXPECT_THAT(preflight_lines(found()), Not(Contains("    loss    gain  clip"))) << "nobody asked";
}

TEST(PreflightReport, TheTableEndsAfterTwentyClipsAndJsonHoldsAll) {
  quality::Preflight many = found();
  many.checked.dataset = dataset::Dataset(std::vector<dataset::Clip>(30, clip("x", 2)));
  many.losses.assign(30, {1, 1});
  const std::vector<std::string> lines = preflight_lines(many);
  EXPECT_EQ(std::ranges::count(lines, "   1.000   1.000   'x': some words"), 20);
  EXPECT_EQ(nlohmann::json::parse(preflight_json(many)).at("losses").size(), 30U);
}

TEST(PreflightReport, JsonHoldsEachClipsLoss) {
  const auto json = nlohmann::json::parse(preflight_json(ranked()));
  ASSERT_EQ(json["losses"].size(), 3U);
  EXPECT_EQ(
      json["losses"][0],
      nlohmann::json::parse(R"({"id": "b<", "where": "", "loss": 3.5, "text_gain": -0.125, "text": "some words"})"));
  EXPECT_EQ(json["losses"][2]["id"], "a");
  EXPECT_EQ(json["histograms"].size(), 4U);
  EXPECT_EQ(nlohmann::json::parse(preflight_json(found())).at("losses").size(), 0U);
}

TEST(PreflightReport, ThePageShowsTheRankingAndItsHistograms) {
  const std::string page = preflight_html(ranked());
  EXPECT_THAT(page, AllOf(HasSubstr("wrong transcripts first"),
                          HasSubstr("<td>3.500</td><td>-0.125</td><td></td><td>b&lt;</td>"),
                          HasSubstr("<figcaption>gain from the text"), HasSubstr("</html>")));
  EXPECT_THAT(preflight_html(found()), Not(HasSubstr("wrong transcripts first")));
}

TEST(PreflightReport, JsonHoldsAllOfIt) {
  quality::Preflight preflight = found();
  preflight.depth = quality::Depth::kSamples;
  preflight.checked.measures.resize(3);
  preflight.checked.measures[0].loudness_lufs = -20;
  preflight.checked.findings.push_back({Defect::kLine, "caf\xE9", "metadata.csv:9", "", "the line is not UTF-8"});
  const auto json = nlohmann::json::parse(preflight_json(preflight));
  EXPECT_EQ(json["folder"], "my <voice>");
  EXPECT_EQ(json["quick"], false);
  EXPECT_EQ(json["passed"], false);
  EXPECT_EQ(json["clips"], 4);
  EXPECT_EQ(json["usable"], 3);
  EXPECT_EQ(json["rejected"], 2);
  EXPECT_EQ(json["suspicious"], 1);
  EXPECT_EQ(json["sample_rates_hz"]["22050"], 2);
  EXPECT_EQ(json["speakers"][""], 3);
  ASSERT_EQ(json["findings"].size(), 4U);
  EXPECT_EQ(json["findings"][1]["kind"], "quiet");
  EXPECT_EQ(json["findings"][1]["severity"], "suspicious");
  EXPECT_EQ(json["findings"][1]["id"], "b");
  EXPECT_EQ(json["findings"][1]["where"], "metadata.csv:2");
  EXPECT_EQ(json["findings"][1]["file"], "wavs/b.wav");
  EXPECT_THAT(json["findings"][1]["advice"].get<std::string>(), HasSubstr("Raise its level"));
  EXPECT_EQ(json["histograms"].size(), 4U);
  EXPECT_EQ(json["histograms"][2]["counts"].size(), 1U);
}

TEST(PreflightReport, ThePageIsWholeAndEscapesWhatUsersWrite) {
  const std::string page = preflight_html(found());
  EXPECT_THAT(page, AllOf(HasSubstr("<!DOCTYPE html>"), HasSubstr("</html>"), HasSubstr("<svg ")));
  EXPECT_THAT(page, AllOf(HasSubstr("my &lt;voice&gt;"), HasSubstr("d&lt;script&gt;"),
                          HasSubstr("it hums &amp; &quot;buzzes&quot;")));
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("http")), Not(HasSubstr("src="))));
}

}  // namespace
}  // namespace myxtts::report

#include "long_recordings/prepare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "long_recordings/joined_recording.hpp"
#include "media/audio_file.hpp"
#include "support/fake_file_system.hpp"
#include "support/places.hpp"

namespace myxtts::long_recordings {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr double kNoiseRms = 0.01;          // about 20 dB under the speech
constexpr double kQuietEdgeSeconds = 0.15;  // of a known clip, which is silence or fades

class Prepare : public testing::Test {
 protected:
  Prepare() {
    options_.input = folder_.path() / "talk.wav";
    options_.output = folder_.path() / "data";
  }

  void write(const std::string& name, const std::string& text) {
    core::write_atomically(files_, folder_.path() / name, text);
  }
  void write_recording(const JoinedRecording& joined) {
    media::write_wav(files_, options_.input, joined.samples, JoinedRecording::kRateHz);
  }
  PrepareReport make() { return prepare(files_, options_, console_); }
  std::string read(const std::string& name) { return files_.read(options_.output / name); }
  nlohmann::json log() { return nlohmann::json::parse(read("prepare.json")).at("recordings").at(0); }

  // The share of the known clips that lie whole in a clip with exactly the texts of the known clips in it.
  double share_got_back(const JoinedRecording& joined) {
    std::size_t got = 0;
    const nlohmann::json prepared = log();
    for (const nlohmann::json& clip : prepared.at("clips")) {
      std::string text;
      std::size_t count = 0;
      bool is_whole = true;
      for (std::size_t i = 0; i < joined.texts.size(); ++i) {
        const Interval& place = joined.places[i];
        if (place.middle_seconds() < clip.at("begin") || place.middle_seconds() > clip.at("end")) continue;
        is_whole = is_whole && clip.at("begin") <= place.begin_seconds + kQuietEdgeSeconds &&
                   clip.at("end") >= place.end_seconds - kQuietEdgeSeconds;
        text += (count++ == 0 ? "" : " ") + joined.texts[i];
      }
      if (is_whole && clip.at("text") == text) got += count;
    }
    return static_cast<double>(got) / static_cast<double>(joined.texts.size());
  }

  support::TemporaryFolder folder_;
  core::FileSystem& files_ = core::local_file_system();
  core::Console console_;
  PrepareOptions options_;
};

std::string failure(const std::function<void()>& call) {
  try {
    call();
  } catch (const core::Error& error) {
    return error.what();
  }
  return "no error";
}

// Three minutes, or as many as MYXTTS_PREPARE_MINUTES says.
double test_seconds() {
  const char* minutes = std::getenv("MYXTTS_PREPARE_MINUTES");
  return minutes == nullptr ? 180 : 60 * std::atof(minutes);
}

TEST_F(Prepare, GetsKnownClipsBackBySubtitles) {
  std::vector<KnownClip> clips = spoken_clips(24);
  const std::vector<KnownClip> recorded = recorded_clips(support::real_speech());
  clips.insert(clips.end(), recorded.begin(), recorded.end());
  Joiner joiner(1);
  const JoinedRecording joined = joiner.join(std::move(clips), test_seconds(), kNoiseRms);
  write_recording(joined);
  write("talk.srt", joiner.subtitles(joined));
  const PrepareReport report = make();
  EXPECT_GE(share_got_back(joined), 0.98);
  EXPECT_GT(report.clip_seconds, 0.8 * report.recording_seconds);
  if (recorded.empty()) GTEST_SKIP() << "only with espeak-ng's speech: " << support::real_speech() << " does not exist";
}

TEST_F(Prepare, GetsKnownClipsBackByTheirTextAlone) {
  if (std::system("command -v pocketsphinx_batch >/dev/null") != 0) GTEST_SKIP() << "no pocketsphinx";
  const JoinedRecording joined = Joiner(9).join(spoken_clips(24), test_seconds(), kNoiseRms);
  write_recording(joined);
  std::string text = "\xEF\xBB\xBF";
  for (const std::string& sentence : joined.texts) text += sentence + "\r\n";
  write("talk.txt", text);
  const PrepareReport report = make();
  EXPECT_GE(share_got_back(joined), 0.98);
  EXPECT_GT(report.clip_seconds, 0.8 * report.recording_seconds);
}

TEST_F(Prepare, ASentenceThatIsNotSpokenIsInNoClip) {
  if (std::system("command -v pocketsphinx_batch >/dev/null") != 0) GTEST_SKIP() << "no pocketsphinx";
  const JoinedRecording joined = Joiner(10).join(spoken_clips(16), 60, kNoiseRms);
  write_recording(joined);
  std::string text;
  for (std::size_t i = 0; i < joined.texts.size(); ++i) {
    text += joined.texts[i] + "\n";
    if (i == 10) text += "None of these eleven words was ever spoken in this recording.\n";
  }
  write("talk.txt", text);
  make();
  EXPECT_GE(share_got_back(joined), 0.75);
  EXPECT_EQ(read("metadata.csv").find("eleven"), std::string::npos);
}

TEST_F(Prepare, ATextWithoutTimesIsAlignedInEnglishOnly) {
  write_recording(Joiner(11).join(spoken_clips(1), 1, kNoiseRms));
  write("talk.txt", "Ein Satz.");
  options_.language = "de";
  EXPECT_THAT(failure([&] { make(); }), HasSubstr("English only"));
  options_.language = "en";
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  const std::string error = failure([&] { make(); });
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(error, HasSubstr("apt-get install pocketsphinx pocketsphinx-en-us"));
}

TEST_F(Prepare, WritesTheLayoutThatTrainingReads) {
  Joiner joiner(2);
  const JoinedRecording joined = joiner.join(spoken_clips(4), 5, kNoiseRms);
  write_recording(joined);
  write("talk.srt", joiner.subtitles(joined));
  const PrepareReport report = make();
  EXPECT_EQ(report.left_out, 0U);
  EXPECT_THAT(read("metadata.csv"), StartsWith("talk-0001|" + joined.texts[0]));
  EXPECT_FALSE(files_.exists(options_.output / "speakers.csv"));
  double seconds = 0;
  for (const std::string& name : files_.list(options_.output / "wavs")) {
    const media::AudioInfo info = media::probe(options_.output / "wavs" / name);
    EXPECT_EQ(info.sample_rate_hz, JoinedRecording::kRateHz);
    EXPECT_EQ(info.channels, 1);
    EXPECT_GE(info.seconds(), options_.lengths.shortest_seconds - 0.01);
    EXPECT_LE(info.seconds(), options_.lengths.longest_seconds + 0.01);
    seconds += info.seconds();
  }
  EXPECT_NEAR(seconds, report.clip_seconds, 0.01);
}

TEST_F(Prepare, SpeakersOfCuesAreWrittenAndNeverShareAClip) {
  Joiner joiner(3);
  JoinedRecording joined = joiner.join(spoken_clips(4), 5, kNoiseRms);
  write_recording(joined);
  const std::vector<std::string> spoken = joined.texts;
  for (std::size_t i = 0; i < joined.texts.size(); ++i) joined.texts[i] = (i % 2 == 0 ? "ANN: " : "BOB: ") + spoken[i];
  write("talk.srt", joiner.subtitles(joined));
  EXPECT_EQ(make().clips, 4U);
  EXPECT_EQ(read("speakers.csv"), "talk-0001|ANN\ntalk-0002|BOB\ntalk-0003|ANN\ntalk-0004|BOB\n");
  EXPECT_THAT(read("metadata.csv"), HasSubstr("talk-0002|" + spoken[1] + "\n"));
}

TEST_F(Prepare, WhatIsNoSpeechIsLeftOutWithItsReason) {
  Joiner joiner(4);
  JoinedRecording joined = joiner.join(spoken_clips(6), 5, kNoiseRms);
  write_recording(joined);
  joined.texts[1] = "[applause]";
  joined.texts[3] = "- Hello.\n- Hi.";
  write("talk.srt", joiner.subtitles(joined));
  EXPECT_EQ(make().left_out, 2U);
  EXPECT_EQ(log().at("left_out").at(0).at("reason"), "no speech: a sound, music or nothing");
  EXPECT_EQ(log().at("left_out").at(1).at("reason"), "several speakers in one cue");
  EXPECT_EQ(log().at("left_out").at(1).at("where"), "talk.srt:14");
  EXPECT_NEAR(share_got_back(joined), 4.0 / 6, 1e-9);
}

TEST_F(Prepare, LeavesWhatIsThereAlone) {
  Joiner joiner(5);
  const JoinedRecording joined = joiner.join(spoken_clips(2), 1, kNoiseRms);
  write_recording(joined);
  write("talk.srt", joiner.subtitles(joined));
  files_.create_directories(options_.output / "wavs");
  core::write_atomically(files_, options_.output / "wavs" / "mine.wav", "mine");
  EXPECT_THAT(failure([&] { make(); }), HasSubstr("holds a data set already"));
  EXPECT_EQ(read("wavs/mine.wav"), "mine");
  options_.output = folder_.path() / "other";
  make();
  const std::string metadata = read("metadata.csv");
  EXPECT_THAT(failure([&] { make(); }), HasSubstr("holds a data set already"));
  EXPECT_EQ(read("metadata.csv"), metadata);
}

TEST_F(Prepare, AHalfMadeFolderIsMadeAnew) {
  Joiner joiner(6);
  const JoinedRecording joined = joiner.join(spoken_clips(2), 1, kNoiseRms);
  write_recording(joined);
  write("talk.srt", joiner.subtitles(joined));
  make();
  const std::string metadata = read("metadata.csv");
  support::FakeFileSystem breaking(folder_.path());
  for (std::size_t operation = 1; operation < 40; operation += 3) {
    files_.remove_all(options_.output);
    breaking.fail_at(operation, support::FailureMode::kFromThenOn);
    const std::string error = failure([&] { prepare(breaking, options_, console_); });
    breaking.never_fail();
    if (error == "no error") break;
    EXPECT_FALSE(files_.exists(options_.output / "metadata.csv")) << operation;
    make();
    EXPECT_EQ(read("metadata.csv"), metadata) << operation;
  }
}

TEST_F(Prepare, MistakesNameTheirCause) {
  EXPECT_THAT(failure([&] { make(); }), HasSubstr("talk.wav"));
  const JoinedRecording joined = Joiner(7).join(spoken_clips(1), 1, kNoiseRms);
  write_recording(joined);
  EXPECT_THAT(failure([&] { make(); }), HasSubstr("talk.srt"));
  write("talk.srt", "1\n00:00:01,000 --> 00:00:02,000\nbr\xFFken\n");
  EXPECT_THAT(failure([&] { make(); }), HasSubstr("talk.srt:3"));
  options_.lengths.shortest_seconds = 12;
  EXPECT_THAT(failure([&] { make(); }), HasSubstr("--min-seconds"));
}

TEST_F(Prepare, AFolderIsCutRecordingByRecording) {
  Joiner joiner(8);
  for (const char* name : {"one", "two"}) {
    const JoinedRecording joined = joiner.join(spoken_clips(2), 1, kNoiseRms);
    media::write_wav(files_, folder_.path() / (std::string(name) + ".wav"), joined.samples, JoinedRecording::kRateHz);
    write(std::string(name) + ".srt", joiner.subtitles(joined));
  }
  options_.input = folder_.path();
  EXPECT_GE(make().clips, 2U);
  EXPECT_THAT(read("metadata.csv"), StartsWith("one-0001|"));
  EXPECT_THAT(read("metadata.csv"), HasSubstr("\ntwo-0001|"));
}

}  // namespace
}  // namespace myxtts::long_recordings

#include "quality/preflight.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <limits>
#include <set>

#include "core/error.hpp"
#include "media/sound_files.hpp"
#include "support/places.hpp"
#include "support/speech_signal.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::quality {
namespace {

using support::Noise;
using support::speech;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Path;
using testing::Sound;
using testing::TemporaryFolder;
using testing::write_sound;
using testing::write_text;

constexpr int kFloatWav = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
constexpr int kFlac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;

const Path kSpeech24 = support::real_speech();

// Twelve letters a second, no text like another.
std::string sentence(double seconds, std::size_t number) {
  static const std::vector<std::string> words = {"many",    "boats",  "leave", "the",   "quiet",
                                                 "harbour", "before", "dawn",  "while", "gulls",
                                                 "follow",  "them",   "over",  "every", "wave"};
  std::string text;
  for (std::size_t letters = 0; static_cast<double>(letters) < 12 * seconds; ++number) {
    const std::string& word = words[(number * number + number) % words.size()];
    text += (text.empty() ? "" : " ") + word;
    letters += word.size();
  }
  return text;
}

std::vector<float> silence(double seconds) {
  Noise noise(99);
  std::vector<float> samples(static_cast<std::size_t>(seconds * 22050));
  for (float& value : samples) value = static_cast<float>(3e-4 * noise.next());
  return samples;
}

std::vector<float> joined(std::vector<float> first, const std::vector<float>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::vector<float> changed(std::vector<float> samples, const std::function<float(float, std::size_t)>& change) {
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = change(samples[i], i);
  return samples;
}

std::vector<float> stereo(const std::vector<float>& left, float right_factor) {
  std::vector<float> both;
  for (const float value : left) both.insert(both.end(), {value, right_factor * value});
  return both;
}

// A folder of good clips, to which planted ones are added.
class PlantedFolder {
 public:
  PlantedFolder() {
    std::filesystem::create_directory(folder_ / "wavs");
    for (std::size_t i = 0; i < 24; ++i) {
      const double seconds = 1.5 + 0.15 * static_cast<double>(i);
      add_sound("good" + std::to_string(i), Defect{}, speech(seconds, i));
    }
    planted_.clear();
  }

  [[nodiscard]] Path wav(const std::string& id) const { return folder_ / ("wavs/" + id + ".wav"); }
  [[nodiscard]] const Path& path() const { return folder_.path(); }
  // What each planted clip should be found for, by its line.
  [[nodiscard]] const std::map<std::string, Defect>& planted() const { return planted_; }

  void add_line(Defect defect, const std::string& line) {
    manifest_ += line + "\n";
    planted_["metadata.csv:" + std::to_string(++lines_)] = defect;
  }
  void add_text(const std::string& id, Defect defect, const std::string& text, double seconds = 2) {
    write_sound(wav(id), speech(seconds, 100 + lines_));
    add_line(defect, id + "|" + text);
  }
  void add_sound(const std::string& id, Defect defect, const std::vector<float>& samples, const Sound& sound = {}) {
    const double seconds = static_cast<double>(samples.size()) / sound.channels / sound.rate_hz;
    write_sound(folder_ / ("wavs/" + id + (sound.format == kFlac ? ".flac" : ".wav")), samples, sound);
    add_line(defect, id + "|" + sentence(std::clamp(seconds, 1.0, 11.0), lines_));
  }
  // The clip's recording is what `make` leaves at a path.
  void add_file(const std::string& id, const std::function<void(const Path& file)>& make, Defect defect) {
    make(wav(id));
    add_line(defect, id + "|" + sentence(2, lines_));
  }

  void write_manifest() const { write_text(folder_ / "metadata.csv", manifest_); }
  void write(const std::string& name, const std::string& text) const { write_text(folder_ / name, text); }

 private:
  TemporaryFolder folder_;
  std::string manifest_;
  std::size_t lines_ = 0;
  std::map<std::string, Defect> planted_;
};

void plant_lines(PlantedFolder& folder) {
  folder.add_line(Defect::kLine, "broken|caf\xE9 noir");
  folder.add_line(Defect::kLine, "five|fields|are|too|many");
  folder.add_line(Defect::kLine, "|no id");
  folder.add_line(Defect::kLine, "../outside|a path that leads out");
  folder.add_line(Defect::kLine, "good3|an id that is there twice");
  folder.add_line(Defect::kLine, "no-text|");
}

void plant_texts(PlantedFolder& folder) {
  folder.add_text("nothing", Defect::kNoText, "\u200B\u200B");
  folder.add_text("endless", Defect::kTooManyTokens, sentence(45, 1), 6);
  folder.add_text("marks", Defect::kNoLetters, "...!");
  folder.add_text("digits", Defect::kDigits, "the clock says \u0664\u0665 again now");
  folder.add_text("web", Defect::kWebAddress, "see www.example.org for more");
  folder.add_text("mail", Defect::kWebAddress, "write to anna@example.org");
  folder.add_text("markup", Defect::kMarkup, "a <i>word</i> in italics here");
  folder.add_text("entity", Defect::kMarkup, "salt &amp; pepper and more");
  folder.add_text("laughter", Defect::kAnnotation, "they come back [laughter] again");
  folder.add_text("garbled", Defect::kGarbled, "they donâ€™t come back here");
  folder.add_text("heart", Defect::kRareCharacters, "they come \u2665 again tomorrow");
  folder.add_text("much-text", Defect::kTooFast, sentence(7, 5), 2);
  folder.add_text("little-text", Defect::kTooSlow, "yes", 5);
  folder.add_text("same-text", Defect::kSameText, sentence(1.5, 0), 1.5);
}

void plant_files(PlantedFolder& folder) {
  const auto cut = [](const Path& file) {
    write_sound(file, speech(2, 7));
    testing::cut_to_share(file, 0.6);
  };
  folder.add_line(Defect::kNoRecording, "missing|" + sentence(2, 3));
  folder.add_file(
      "empty", [](const Path& file) { write_text(file, ""); }, Defect::kUnreadable);
  folder.add_file(
      "words", [](const Path& file) { write_text(file, "no sound"); }, Defect::kUnreadable);
  folder.add_file(
      "folder", [](const Path& file) { std::filesystem::create_directory(file); }, Defect::kUnreadable);
  folder.add_file(
      "link", [](const Path& file) { std::filesystem::create_symlink("nowhere", file); }, Defect::kUnreadable);
  folder.add_file("cut", cut, Defect::kUnreadable);
  folder.add_sound("no-samples", Defect::kUnreadable, {});
  folder.add_sound("one-sample", Defect::kTooShort, {0.5F});
  folder.add_sound("short", Defect::kTooShort, speech(0.4, 8));
  folder.add_sound("long", Defect::kTooLong, speech(12, 8));
  folder.add_sound("rate", Defect::kSampleRate, speech(2, 8, 4000), {.rate_hz = 4000});
  const auto poison = [](float value, std::size_t i) {
    return i == 30000 ? std::numeric_limits<float>::quiet_NaN() : value;
  };
  folder.add_sound("no-number", Defect::kUnreadable, changed(speech(2, 9), poison), {.format = kFloatWav});
  folder.add_sound("damaged", Defect::kUnreadable, speech(3, 9), {.format = kFlac});
  std::fstream flac(folder.path() / "wavs/damaged.flac", std::ios::in | std::ios::out | std::ios::binary);
  flac.seekp(static_cast<std::streamoff>(std::filesystem::file_size(folder.path() / "wavs/damaged.flac") / 2));
  flac << std::string(2000, 'x');
}

void plant_sounds(PlantedFolder& folder) {
  const std::vector<float> clean = speech(3, 50);
  Noise noise(5);
  const auto scale = [](float factor) { return [factor](float value, std::size_t) { return factor * value; }; };
  const auto hum = [](float value, std::size_t i) {
    return value + 0.02F * static_cast<float>(std::sin(2 * std::numbers::pi * 50 * static_cast<double>(i) / 22050));
  };
  const auto add = [&](const std::string& id, Defect defect, const std::function<float(float, std::size_t)>& change) {
    folder.add_sound(id, defect, changed(speech(3, 60 + folder.planted().size()), change));
  };
  folder.add_sound("silent", Defect::kSilent, std::vector<float>(44100));
  folder.add_sound("mostly", Defect::kMostlySilent, joined(clean, silence(6)));
  folder.add_sound("start", Defect::kSilentStart, joined(silence(1.2), speech(3, 51)));
  folder.add_sound("end", Defect::kSilentEnd, joined(speech(3, 52), silence(1.4)));
  folder.add_sound("pause", Defect::kLongPause, joined(joined(speech(3, 53), silence(2)), speech(3, 54)));
  folder.add_sound("cut-start", Defect::kCutStart, {clean.begin() + 3000, clean.end()});
  folder.add_sound("cut-end", Defect::kCutEnd, {clean.begin(), clean.end() - 9000});
  add("dropout", Defect::kDropout, [](float value, std::size_t i) { return i / 441 == 12 ? 0 : value; });
  add("quiet", Defect::kQuiet, scale(0.01F));
  add("clipped", Defect::kClipped, [](float value, std::size_t) { return std::clamp(5 * value, -0.98F, 0.98F); });
  add("offset", Defect::kOffset, [](float value, std::size_t) { return value + 0.04F; });
  add("noisy", Defect::kNoisy,
      [&](float value, std::size_t) { return value + 0.06F * static_cast<float>(noise.next()); });
  add("hum", Defect::kHum, hum);
  folder.add_sound("telephone", Defect::kNarrowBand, speech(3, 55, 8000), {.rate_hz = 8000});
  folder.add_sound("other-rate", Defect::kOtherRate, speech(3, 56, 48000), {.rate_hz = 48000});
  folder.add_sound("one-sided", Defect::kOneSided, stereo(speech(3, 57), 0), {.channels = 2});
  folder.add_sound("anti-phase", Defect::kAntiPhase, stereo(speech(3, 58), -1), {.channels = 2});
  add("loud", Defect::kOtherLoudness, [](float value, std::size_t) { return std::tanh(60 * value) * 0.99F; });
  folder.add_sound("again", Defect::kSameRecording, speech(1.5, 0));
  folder.add_sound("guest", Defect::kLoneSpeaker, speech(2, 59));
  folder.write("speakers.csv", "guest|visitor\n");
}

Preflight check(const Path& folder, Depth depth = Depth::kSamples, const std::string& vocabulary = "characters") {
  config::Settings settings;
  settings.text.vocabulary = vocabulary;
  settings.data.train = {folder.string()};
  return preflight(core::local_file_system(), settings, depth);
}

std::multimap<std::string, Defect> by_line(const Preflight& found) {
  std::multimap<std::string, Defect> defects;
  for (const Finding& finding : found.checked.findings) defects.emplace(finding.where, finding.defect);
  return defects;
}

TEST(Preflight, EveryPlantedDefectIsNamedAndNoGoodClip) {
  PlantedFolder folder;
  plant_lines(folder);
  plant_texts(folder);
  plant_files(folder);
  plant_sounds(folder);
  folder.write_manifest();
  const Preflight found = check(folder.path());
  const auto defects = by_line(found);
  std::set<Defect> kinds;
  for (const auto& [line, defect] : folder.planted()) {
    const auto [first, last] = defects.equal_range(line);
    const bool is_named = std::any_of(first, last, [&](const auto& entry) { return entry.second == defect; });
    EXPECT_TRUE(is_named) << line << " " << kind_of(defect).name;
    kinds.insert(defect);
  }
  EXPECT_GE(folder.planted().size(), 50U);
  EXPECT_GE(kinds.size(), 36U);
  for (const Finding& finding : found.checked.findings) {
    EXPECT_TRUE(folder.planted().contains(finding.where)) << finding.where << " " << finding.reason;
  }
  EXPECT_EQ(found.checked.total, 24 + folder.planted().size());
  EXPECT_FALSE(found.passed());
}

TEST(Preflight, QuickNeedsNoSamplesAndFindsWhatHeadersAndTextsShow) {
  PlantedFolder folder;
  plant_lines(folder);
  plant_texts(folder);
  plant_files(folder);
  folder.write_manifest();
  const Preflight found = check(folder.path(), Depth::kHeaders);
  EXPECT_THAT(found.checked.measures, IsEmpty());
  const auto defects = by_line(found);
  for (const auto& [line, defect] : folder.planted()) EXPECT_TRUE(defects.contains(line)) << kind_of(defect).name;
}

TEST(Preflight, ClipsThatAreSuspiciousDoNotCount) {
  PlantedFolder folder;
  for (int i = 0; i < 10; ++i) folder.add_text("web" + std::to_string(i), Defect::kWebAddress, "see www.example.org");
  folder.write_manifest();
  const Preflight found = check(folder.path());
  EXPECT_EQ(found.rejected(), 0U);
  EXPECT_EQ(count_suspicious(found.checked.findings), 10U);
  EXPECT_TRUE(found.passed());
}

TEST(Preflight, CharactersAreLookedUpInAVocabularyThatIsGiven) {
  PlantedFolder folder;
  folder.add_text("heart", Defect::kUnknownCharacters, "they come \u2665 again tomorrow");
  folder.write_manifest();
  const std::vector<std::string> texts = {"plain"};
  const std::vector<std::string> languages = {"en"};
  const Path plain = folder.path() / "plain.json";
  core::write_atomically(core::local_file_system(), plain,
                         formats::write_tokenizer_json(text::Tokenizer::character_vocabulary(texts, languages)));
  const Preflight found = check(folder.path(), Depth::kHeaders, plain.string());
  ASSERT_EQ(found.checked.findings.size(), 1U);
  EXPECT_EQ(found.checked.findings[0].defect, Defect::kUnknownCharacters);
}

TEST(Preflight, EveryKindHasANameOfItsOwnAndAnAdvice) {
  std::set<std::string_view> names;
  for (int i = 0; i < static_cast<int>(Defect::kCount); ++i) {
    const DefectKind& kind = kind_of(static_cast<Defect>(i));
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_THAT(std::string(kind.advice), ::testing::EndsWith("."));
  }
}

// What this process has read so far, in bytes.
std::uintmax_t bytes_read() {
  std::ifstream stream("/proc/self/io");
  std::string name;
  std::uintmax_t bytes = 0;
  stream >> name >> bytes;
  return bytes;
}

class RealSpeechPreflight : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kSpeech24)) GTEST_SKIP() << support::real_speech() << " does not exist";
  }
};

TEST_F(RealSpeechPreflight, NothingIsFoundInTwentyFourGoodClips) {
  for (const Depth depth : {Depth::kSamples, Depth::kHeaders}) {
    const Preflight found = check(kSpeech24, depth);
    for (const Finding& finding : found.checked.findings) ADD_FAILURE() << finding.id << " " << finding.reason;
    EXPECT_EQ(found.checked.dataset.size(), 24U);
  }
}

TEST_F(RealSpeechPreflight, EachFileIsReadOnce) {
  std::uintmax_t size = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSpeech24 / "wavs")) size += entry.file_size();
  const std::uintmax_t before = bytes_read();
  (void)check(kSpeech24);
  const std::uintmax_t read = bytes_read() - before;
  EXPECT_GT(read, size);
  EXPECT_LT(static_cast<double>(read), 1.1 * static_cast<double>(size));
}

class RealSpeechPreflightTiming : public RealSpeechPreflight {};

TEST_F(RealSpeechPreflightTiming, TwoCoresCheckTwoThousandTimesRealTime) {
  double fastest = 0;
  for (int round = 0; round < 20 && fastest < 2000; ++round) {
    const std::clock_t start = std::clock();  // of all threads, so that other programs do not count
    const Preflight found = check(kSpeech24);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / 2;
    fastest = std::max(fastest, found.checked.dataset.total_seconds() / seconds);
  }
  RecordProperty("times_real_time", std::to_string(fastest));
  EXPECT_GE(fastest, 2000);
}

}  // namespace
}  // namespace myxtts::quality

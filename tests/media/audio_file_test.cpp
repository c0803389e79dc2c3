#include "media/audio_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <limits>

#include "core/error.hpp"
#include "media/sound_files.hpp"

namespace myxtts::media {
namespace {

using ::testing::HasSubstr;
using testing::message_of;
using testing::Sound;
using testing::TemporaryFolder;
using testing::tone;
using testing::write_sound;
using testing::write_text;

constexpr int kFlac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
constexpr int kFloatWav = SF_FORMAT_WAV | SF_FORMAT_FLOAT;

TEST(AudioFile, ProbeTellsRateChannelsAndLength) {
  const TemporaryFolder folder;
  write_sound(folder / "a.flac", std::vector<float>(2 * 24000), {.rate_hz = 48000, .channels = 2, .format = kFlac});
  const AudioInfo info = probe(folder / "a.flac");
  EXPECT_EQ(info.sample_rate_hz, 48000);
  EXPECT_EQ(info.channels, 2);
  EXPECT_EQ(info.frames, 24000);
  EXPECT_DOUBLE_EQ(info.seconds(), 0.5);
}

TEST(AudioFile, SixteenBitSamplesComeBackToTheBit) {
  const TemporaryFolder folder;
  std::vector<float> samples;
  for (int value = -32768; value <= 32767; value += 7) samples.push_back(static_cast<float>(value) / 32768.0F);
  write_wav(core::local_file_system(), folder / "a.wav", samples, 16000);
  const Samples read = read_audio(folder / "a.wav");
  EXPECT_EQ(read.sample_rate_hz, 16000);
  EXPECT_EQ(read.mono, samples);
}

TEST(AudioFile, SamplesOverFullScaleAreClippedNotWrapped) {
  const TemporaryFolder folder;
  write_wav(core::local_file_system(), folder / "a.wav", std::vector<float>{1.5F, -1.5F, 1e30F}, 16000);
  EXPECT_EQ(read_audio(folder / "a.wav").mono, (std::vector<float>{32767.0F / 32768, -1, 32767.0F / 32768}));
}

TEST(AudioFile, ChannelsAreAveraged) {
  const TemporaryFolder folder;
  const std::vector<float> interleaved{0.5F, 0.25F, 0, -0.5F, 0.75F, 0, 0.25F, 0.25F, 0.25F};
  write_sound(folder / "a.wav", interleaved, {.rate_hz = 8000, .channels = 3, .format = kFloatWav});
  EXPECT_EQ(read_audio(folder / "a.wav").mono, (std::vector<float>{0.25F, 0.75F / 9, 0.25F}));
}

TEST(AudioFile, APartEqualsThatPartOfTheWhole) {
  const TemporaryFolder folder;
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_24, kFlac}) {
    write_sound(folder / "a", tone(4), {.rate_hz = 22050, .channels = 1, .format = format});
    const std::vector<float> whole = read_audio(folder / "a").mono;
    ASSERT_EQ(whole.size(), 88200U);
    const std::vector<float> part = read_audio(folder / "a", 12345, 70000).mono;
    EXPECT_EQ(part, std::vector<float>(whole.begin() + 12345, whole.begin() + 82345));
    EXPECT_EQ(read_audio(folder / "a", 88000, 1000).mono, std::vector<float>(whole.begin() + 88000, whole.end()));
    EXPECT_NE(part, std::vector<float>(whole.begin() + 12346, whole.begin() + 82346));
  }
}

TEST(AudioFile, OtherFormatsOfTheLibraryPassTheCheck) {
  const TemporaryFolder folder;
  write_sound(folder / "a.ogg", tone(2), {.rate_hz = 22050, .channels = 1, .format = SF_FORMAT_OGG | SF_FORMAT_VORBIS});
  EXPECT_EQ(probe(folder / "a.ogg").frames, 44100);
  EXPECT_EQ(read_audio(folder / "a.ogg").mono.size(), 44100U);
  write_sound(folder / "a.mp3", tone(2),
              {.rate_hz = 22050, .channels = 1, .format = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III});
  const auto frames = static_cast<std::size_t>(probe(folder / "a.mp3").frames);
  EXPECT_NEAR(static_cast<double>(frames), 44100, 2304);
  EXPECT_EQ(read_audio(folder / "a.mp3").mono.size(), frames);
}

TEST(AudioFile, EachUnusableFileIsNamedWithItsReason) {
  const TemporaryFolder folder;
  write_text(folder / "empty.wav", "");
  write_text(folder / "text.flac", "This is a text, and its name is a lie.\n");
  write_text(folder / "text.mp3", "This is a text, and its name is a lie.\n");
  std::filesystem::create_directory(folder / "folder.wav");
  ASSERT_EQ(::mkfifo((folder / "pipe.wav").c_str(), 0600), 0);
  write_sound(folder / "none.wav", {});
  write_sound(folder / "cut.wav", tone(2));
  testing::cut_to_share(folder / "cut.wav", 0.5);
  write_sound(folder / "cut.flac", tone(2), {.rate_hz = 22050, .channels = 1, .format = kFlac});
  testing::cut_to_share(folder / "cut.flac", 0.5);
  write_sound(folder / "header.flac", tone(2), {.rate_hz = 22050, .channels = 1, .format = kFlac});
  std::filesystem::resize_file(folder / "header.flac", 30);

  const std::vector<std::pair<std::string, std::string>> table{
      {"missing.wav", "no such file"}, {"empty.wav", "empty"},         {"text.flac", "not audio"},
      {"text.mp3", "not audio"},       {"folder.wav", "regular file"}, {"pipe.wav", "regular file"},
      {"none.wav", "no samples"},      {"cut.wav", "cut short"},       {"cut.flac", "cut short"},
      {"header.flac", "not audio"},
  };
  for (const auto& [name, reason] : table) {
    const std::string message = message_of<core::DataError>([&] { (void)probe(folder / name); });
    EXPECT_THAT(message, HasSubstr((folder / name).string()));
    EXPECT_THAT(message, HasSubstr(reason));
  }
}

TEST(AudioFile, DecodingADamagedBodyIsAnError) {
  const TemporaryFolder folder;
  write_sound(folder / "cut.flac", tone(2), {.rate_hz = 22050, .channels = 1, .format = kFlac});
  EXPECT_EQ(read_audio(folder / "cut.flac").mono.size(), 44100U);
  testing::cut_to_share(folder / "cut.flac", 0.6);
  EXPECT_THAT(message_of<core::DataError>([&] { (void)read_audio(folder / "cut.flac"); }), HasSubstr("cut.flac"));
}

TEST(AudioFile, ValuesThatAreNotFiniteAreErrorsBothWays) {
  const TemporaryFolder folder;
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<float> samples = tone(0.1);
    samples[100] = bad;
    write_sound(folder / "a.wav", samples, {.rate_hz = 22050, .channels = 1, .format = kFloatWav});
    EXPECT_THAT(message_of<core::DataError>([&] { (void)read_audio(folder / "a.wav"); }), HasSubstr("not finite"));
    EXPECT_THROW(write_wav(core::local_file_system(), folder / "b.wav", samples, 22050), core::DataError);
    EXPECT_FALSE(std::filesystem::exists(folder / "b.wav"));
  }
}

TEST(AudioFile, APartAfterTheEndIsAnError) {
  const TemporaryFolder folder;
  write_sound(folder / "a.wav", tone(1));
  EXPECT_THROW((void)read_audio(folder / "a.wav", 22050), core::DataError);
  EXPECT_THROW((void)read_audio(folder / "a.wav", -1), core::DataError);
}

TEST(AudioFile, AFolderThatCannotBeWrittenIsNamed) {
  const TemporaryFolder folder;
  write_text(folder / "file", "x");
  const auto write = [&] { write_wav(core::local_file_system(), folder / "file/a.wav", tone(0.1), 22050); };
  EXPECT_THAT(message_of<core::Error>(write), HasSubstr((folder / "file").string()));
}

TEST(AudioFile, ReplacingAWavLeavesNothingBesideIt) {
  const TemporaryFolder folder;
  write_wav(core::local_file_system(), folder / "a.wav", tone(1), 22050);
  write_wav(core::local_file_system(), folder / "a.wav", tone(0.5), 22050);
  EXPECT_EQ(probe(folder / "a.wav").frames, 11025);
  EXPECT_EQ(core::local_file_system().list(folder.path()), std::vector<std::string>{"a.wav"});
}

}  // namespace
}  // namespace myxtts::media

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "core/error.hpp"
#include "media/audio_file.hpp"
#include "media/sound_files.hpp"

namespace myxtts::media {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::message_of;
using testing::TemporaryFolder;
using testing::tone;
using testing::write_sound;

constexpr int kMp3 = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;

struct FormatCase {
  const char* name;
  int format;
  double tolerance;
};

std::vector<FormatCase> formats() {
  return {{"8-bit WAV", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 1.5 / 128},
          {"16-bit WAV", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1.5 / 32768},
          {"24-bit WAV", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 1e-6},
          {"32-bit WAV", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 1e-6},
          {"float WAV", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 0},
          {"64-bit WAV", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 0},
          {"extensible WAV", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, 1e-6},
          {"mu-law WAV", SF_FORMAT_WAV | SF_FORMAT_ULAW, 0.03},
          {"8-bit FLAC", SF_FORMAT_FLAC | SF_FORMAT_PCM_S8, 1.5 / 128},
          {"24-bit FLAC", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 1e-6},
          {"16-bit AIFF", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 1.5 / 32768},
          {"Vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0.2},
          {"Opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0.2},
          {"MP3", kMp3, 0.2}};
}

bool is_coded(const FormatCase& format) { return format.tolerance > 0.1; }

// A coder may spoil the ends.
double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = 0;
  for (std::size_t i = 2000; i + 2000 < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  }
  return largest;
}

TEST(Formats, EachComesBackWithItsRateItsLengthAndItsSamples) {
  const TemporaryFolder folder;
  const std::vector<float> samples = tone(1, 48000);
  for (const FormatCase& format : formats()) {
    write_sound(folder / "a", samples, {.rate_hz = 48000, .channels = 1, .format = format.format});
    const AudioInfo info = probe(folder / "a");
    EXPECT_EQ(info.sample_rate_hz, 48000) << format.name;
    EXPECT_EQ(info.frames, 48000) << format.name;
    const Samples read = read_audio(folder / "a");
    EXPECT_EQ(read.mono.size(), 48000U) << format.name;
    EXPECT_LE(largest_difference(read.mono, samples), format.tolerance) << format.name;
  }
}

TEST(Formats, APartOfACodedFileIsThatPart) {
  const TemporaryFolder folder;
  for (const FormatCase& format : formats()) {
    if (!is_coded(format)) continue;
    write_sound(folder / "a", tone(3, 24000), {.rate_hz = 24000, .channels = 1, .format = format.format});
    const std::vector<float> whole = read_audio(folder / "a").mono;
    const std::vector<float> part = read_audio(folder / "a", 30000, 20000).mono;
    ASSERT_EQ(part.size(), 20000U) << format.name;
    const std::vector<float> expected(whole.begin() + 30000, whole.begin() + 50000);
    EXPECT_LE(largest_difference(part, expected), 1e-3) << format.name;
    EXPECT_EQ(read_audio(folder / "a", 30000, 20000).mono, part) << format.name;
  }
}

TEST(Formats, RatesFrom8To192KilohertzAndManyChannelsAreRead) {
  const TemporaryFolder folder;
  for (const int rate : {8000, 11025, 16000, 32000, 44100, 96000, 192000}) {
    for (const int channels : {1, 2, 6, 32}) {
      std::vector<float> interleaved;
      for (const float value : tone(0.5, rate)) {
        for (int channel = 0; channel < channels; ++channel) {
          interleaved.push_back(channel % 2 == 0 ? value : value / 2);
        }
      }
      write_sound(folder / "a.wav", interleaved,
                  {.rate_hz = rate, .channels = channels, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT});
      const Samples read = read_audio(folder / "a.wav");
      EXPECT_EQ(read.sample_rate_hz, rate);
      ASSERT_EQ(read.mono.size(), tone(0.5, rate).size());
      EXPECT_NEAR(read.mono[100], tone(0.5, rate)[100] * (channels == 1 ? 1.0F : 0.75F), 1e-6);
    }
  }
}

std::string read_bytes(const core::Path& file) { return core::local_file_system().read(file); }

// An MP3 of five seconds, whose first frame says how many frames there are.
class Mp3 : public ::testing::Test {
 protected:
  Mp3() {
    write_sound(file_, tone(5), {.rate_hz = 22050, .channels = 1, .format = kMp3});
    bytes_ = read_bytes(file_);
    header_ = std::min(bytes_.find("Xing"), bytes_.find("Info"));
  }

  [[nodiscard]] std::uint32_t promised_frames() const {
    std::uint32_t frames = 0;
    for (std::size_t i = 8; i < 12; ++i) frames = frames << 8 | static_cast<unsigned char>(bytes_[header_ + i]);
    return frames;
  }
  void promise(std::uint32_t frames) {
    std::string lie = bytes_;
    for (std::size_t i = 0; i < 4; ++i) lie[header_ + 11 - i] = static_cast<char>(frames >> (8 * i));
    testing::write_text(file_, lie);
  }

  TemporaryFolder folder_;
  core::Path file_ = folder_ / "a.mp3";
  std::string bytes_;
  std::size_t header_ = 0;
};

TEST_F(Mp3, AHeaderThatPromisesLessDoesNotShortenIt) {
  ASSERT_NE(header_, std::string::npos);
  promise(promised_frames() / 4);
  EXPECT_EQ(probe(file_).frames, 5 * 22050);
  EXPECT_EQ(read_audio(file_).mono.size(), 5U * 22050);
}

TEST_F(Mp3, AHeaderThatPromisesMoreIsNamedWithBothLengths) {
  promise(promised_frames() * 10);
  EXPECT_THAT(message_of<core::DataError>([&] { (void)probe(file_); }),
              AllOf(HasSubstr("its header lies"), HasSubstr("s are promised, 5.0")));
  promise(0x7FFFFFFF);
  EXPECT_THAT(message_of<core::DataError>([&] { (void)probe(file_); }), HasSubstr("5.0"));
}

TEST_F(Mp3, WithoutSuchAHeaderItsLengthIsWhatIsThere) {
  const std::string frame_start = bytes_.substr(0, 2);
  testing::write_text(file_, bytes_.substr(bytes_.find(frame_start, header_)));
  const AudioInfo info = probe(file_);
  EXPECT_NEAR(static_cast<double>(info.frames), 5 * 22050, 2304);
  EXPECT_EQ(read_audio(file_).mono.size(), static_cast<std::size_t>(info.frames));
}

TEST_F(Mp3, CutShortItIsNamed) {
  testing::cut_to_share(file_, 0.6);
  EXPECT_THAT(message_of<core::DataError>([&] { (void)probe(file_); }), HasSubstr("cut short"));
}

TEST_F(Mp3, BehindATagWithAPictureItIsFound) {
  const std::string picture(70000, '\x7F');
  const auto size = static_cast<unsigned>(picture.size());
  std::string tag = "ID3\x04";
  tag += std::string(2, '\0');
  for (int shift = 21; shift >= 0; shift -= 7) tag += static_cast<char>(size >> shift & 0x7FU);
  testing::write_text(file_, tag + picture + bytes_);
  EXPECT_EQ(probe(file_).frames, 5 * 22050);
}

TEST_F(Mp3, ItsNameDoesNotMatter) {
  testing::write_text(folder_ / "a.wav", bytes_);
  EXPECT_EQ(probe(folder_ / "a.wav").frames, 5 * 22050);
  write_sound(file_, tone(1));
  EXPECT_EQ(probe(file_).frames, 22050);
}

TEST(Formats, ARecordingOfHoursIsCheckedWithoutHoldingIt) {
  const TemporaryFolder folder;
  constexpr int kRate = 48000;
  constexpr std::int64_t kFrames = std::int64_t{3} * 3600 * kRate;
  write_sound(folder / "long.wav", std::vector<float>(10, 0.5F),
              {.rate_hz = kRate, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT});
  std::string header = read_bytes(folder / "long.wav");
  const std::size_t data = header.find("data");
  const auto write_size = [&](std::size_t at, std::int64_t size) {
    for (std::size_t i = 0; i < 4; ++i) header[at + i] = static_cast<char>(size >> (8 * i));
  };
  write_size(4, static_cast<std::int64_t>(data) + kFrames * 4);
  write_size(data + 4, kFrames * 4);
  testing::write_text(folder / "long.wav", header);
  std::filesystem::resize_file(folder / "long.wav", data + 8 + kFrames * 4);  // zeros that take no room
  EXPECT_EQ(probe(folder / "long.wav").seconds(), 3 * 3600);
}

}  // namespace
}  // namespace myxtts::media

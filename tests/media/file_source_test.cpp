#include "media/file_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>

#include "core/error.hpp"
#include "media/decoder.hpp"
#include "media/sound_files.hpp"

namespace myxtts::media {
namespace {

using ::testing::HasSubstr;
using testing::message_of;
using testing::TemporaryFolder;
using testing::write_text;

class Source : public ::testing::Test {
 protected:
  Source() { write_text(folder_ / "file", "0123456789"); }
  [[nodiscard]] std::string read(FileSource& source, std::size_t count) const {
    std::string bytes(count, '\0');
    bytes.resize(static_cast<std::size_t>(source.read(bytes.data(), count)));
    return bytes;
  }
  TemporaryFolder folder_;
};

TEST_F(Source, ReadsFromItsPosition) {
  FileSource source(folder_ / "file");
  EXPECT_EQ(source.size(), 10);
  EXPECT_EQ(source.seek(4, SEEK_SET), 4);
  EXPECT_EQ(read(source, 3), "456");
  EXPECT_EQ(source.seek(-2, SEEK_END), 8);
  EXPECT_EQ(read(source, 5), "89");
  EXPECT_EQ(read(source, 5), "");
  EXPECT_EQ(source.bytes_at(1, 2), "12");
  EXPECT_EQ(source.position(), 10);
}

TEST_F(Source, APositionOutsideBecomesTheNearestEnd) {
  FileSource source(folder_ / "file");
  EXPECT_EQ(source.seek(99, SEEK_SET), 10);
  EXPECT_EQ(source.seek(-99, SEEK_CUR), 0);
}

TEST_F(Source, PipesAndDevicesAreRefusedAtOnce) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  for (const core::Path& file : {folder_ / "pipe", core::Path("/dev/zero"), folder_.path()}) {
    EXPECT_THAT(message_of<core::DataError>([&] { const FileSource source(file); }), HasSubstr("not a regular file"));
  }
}

TEST_F(Source, AfterAStepsTimeTheFileSeemsToEndAndTheReasonIsKnown) {
  FileSource source(folder_ / "file");
  source.set_step_limit(0);
  EXPECT_EQ(read(source, 5), "");
  EXPECT_THAT(message_of<core::DataError>([&] { source.fail("it is cut short"); }), HasSubstr("hangs"));
}

TEST_F(Source, ADecoderThatTakesTooLongIsAnError) {
  for (const int format : {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}) {
    testing::write_sound(folder_ / "a", testing::tone(5), {.rate_hz = 22050, .channels = 1, .format = format});
    auto source = std::make_unique<FileSource>(folder_ / "a");
    source->set_step_limit(0);
    const bool is_mp3 = format != (SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
    const auto decode = [&] {
      (void)(is_mp3 ? make_mpeg_decoder(std::move(source)) : make_sndfile_decoder(std::move(source)));
    };
    EXPECT_THAT(message_of<core::DataError>(decode), HasSubstr("hangs"));
  }
}

}  // namespace
}  // namespace myxtts::media

#include "manifest/manifest_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "media/sound_files.hpp"

namespace myxtts::manifest {
namespace {

using ::testing::HasSubstr;
using std::string_view_literals::operator""sv;
using testing::message_of;
using testing::TemporaryFolder;
using testing::write_text;

std::string read(std::string_view content) {
  const TemporaryFolder folder;
  write_text(folder / "m.csv", content);
  return read_manifest_text(core::local_file_system(), folder / "m.csv");
}

TEST(ManifestText, ByteOrderMarksAreNoText) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a|\xC3\xA9\r\n"),
            "a|\xC3\xA9\r\n");
  EXPECT_EQ(read("\xFF\xFE"
                 "a\0|\0\xE9\0\n\0"sv),
            "a|\xC3\xA9\n");
  EXPECT_EQ(read("\xFE\xFF"
                 "\0a\0|\0\xE9\0\n"sv),
            "a|\xC3\xA9\n");
}

TEST(ManifestText, CharactersOutsideTheBasicPlaneComeFromTheirPairs) {
  EXPECT_EQ(read("\xFF\xFE\x3C\xD8\xA4\xDF"sv), "\xF0\x9F\x8E\xA4");
  EXPECT_EQ(read("\xFF\xFE\x3C\xD8\x61\0"sv),
            "\xEF\xBF\xBD"
            "a");
}

TEST(ManifestText, LinesMayEndInCrAlone) {
  EXPECT_EQ(read("a|1\rb|2\r"), "a|1\nb|2\n");
  EXPECT_EQ(read("a|1\rx\nb|2\n"), "a|1\rx\nb|2\n");
}

TEST(ManifestText, OtherWideCharactersAreRefusedByName) {
  for (const std::string_view wide : {"a\0|\0b\0"sv, "\0a\0|\0b"sv, "\xFF\xFE\0\0a\0\0\0"sv, "\0\0\xFE\xFF\0\0\0a"sv}) {
    EXPECT_THAT(message_of<core::DataError>([&] { (void)read(wide); }),
                AllOf(HasSubstr("m.csv"), HasSubstr("UTF-32"), HasSubstr("Save it as UTF-8")));
  }
}

TEST(ManifestText, APipeIsNotWaitedFor) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const auto read_pipe = [&] { (void)read_manifest_text(core::local_file_system(), folder / "pipe"); };
  EXPECT_THAT(message_of<core::DataError>(read_pipe), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace myxtts::manifest

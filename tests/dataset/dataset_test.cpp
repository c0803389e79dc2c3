#include "dataset/dataset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/error.hpp"
#include "media/sound_files.hpp"

namespace myxtts::dataset {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using testing::TemporaryFolder;
using testing::tone;
using testing::write_sound;

Clip make_clip(const core::Path& file, const std::string& id, const std::string& speaker) {
  Clip clip;
  clip.id = id;
  clip.file = file;
  clip.speaker = speaker;
  clip.audio = media::probe(file);
  return clip;
}

class SmallDataset : public ::testing::Test {
 protected:
  SmallDataset() {
    std::vector<Clip> clips;
    for (int i = 0; i < 5; ++i) {
      const std::string id = std::to_string(i);
      write_sound(folder_ / (id + ".flac"), tone(1 + i), {.rate_hz = 22050, .channels = 1, .format = kFlac});
      clips.push_back(make_clip(folder_ / (id + ".flac"), id, i % 2 == 0 ? "even" : "odd"));
    }
    dataset_ = Dataset(std::move(clips));
  }
  static constexpr int kFlac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
  TemporaryFolder folder_;
  Dataset dataset_;
};

TEST_F(SmallDataset, APartOfAClipIsThatPart) {
  const std::vector<float> whole = dataset_.get(1).samples.mono;
  EXPECT_EQ(whole.size(), 44100U);
  const Utterance part = dataset_.get(1, {.first = 20000, .count = 10000});
  EXPECT_EQ(part.clip, &dataset_.clip(1));
  EXPECT_EQ(part.samples.mono, std::vector<float>(whole.begin() + 20000, whole.begin() + 30000));
}

TEST_F(SmallDataset, SpeakersKnowTheirClips) {
  EXPECT_THAT(dataset_.clips_of_speaker(0), ElementsAre(0, 2, 4));
  EXPECT_THAT(dataset_.clips_of_speaker(3), ElementsAre(1, 3));
}

TEST_F(SmallDataset, ASubsetIsADatasetOfItsOwn) {
  const std::vector<std::uint32_t> indices{4, 1, 2};
  const Dataset subset = dataset_.subset(indices);
  EXPECT_THAT(subset.ids(), ElementsAre("4", "1", "2"));
  EXPECT_THAT(subset.clips_of_speaker(0), ElementsAre(0, 2));
  EXPECT_DOUBLE_EQ(subset.total_seconds(), 5 + 2 + 3);
}

TEST_F(SmallDataset, ThreadsReadTheSameSamples) {
  std::vector<std::vector<float>> expected;
  for (std::size_t i = 0; i < dataset_.size(); ++i) expected.push_back(dataset_.get(i).samples.mono);
  std::atomic<int> differences = 0;
  std::vector<std::jthread> threads;
  for (std::size_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = 0; i < 20; ++i) {
        const std::size_t index = (i + thread) % expected.size();
        if (dataset_.get(index).samples.mono != expected[index]) ++differences;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(differences, 0);
}

TEST_F(SmallDataset, ABodyDamagedBehindTheHeaderIsFoundByGet) {
  const core::Path file = folder_ / "2.flac";
  {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) / 3));
    stream << std::string(std::filesystem::file_size(file) / 3, '\xFF');
  }
  EXPECT_THAT(message_of<core::DataError>([&] { (void)dataset_.get(2); }), HasSubstr("2.flac"));
}

TEST_F(SmallDataset, ARecordingThatChangedAfterTheCheckIsAnError) {
  write_sound(folder_ / "2.flac", tone(2), {.rate_hz = 22050, .channels = 1, .format = kFlac});
  EXPECT_THAT(message_of<core::DataError>([&] { (void)dataset_.get(2); }), HasSubstr("changed"));
  std::filesystem::remove(folder_ / "1.flac");
  EXPECT_THROW((void)dataset_.get(1), core::DataError);
}

}  // namespace
}  // namespace myxtts::dataset

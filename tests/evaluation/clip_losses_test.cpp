// Clips ranked by a voice model: a tiny one that has learnt which tone each letter stands for.

#include "evaluation/clip_losses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "architecture/voice_row.hpp"
#include "core/error.hpp"
#include "evaluation/evaluation.hpp"
#include "evaluation/preflight.hpp"
#include "preparation/voice_preparation.hpp"
#include "run/tiny_run.hpp"
#include "stages/training_data.hpp"

namespace myxtts::evaluation {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kTones = 4;
constexpr std::size_t kToneClips = 48;

std::vector<float> tone(std::size_t clip) {
  const double pitch_hz = 250 * std::pow(2.2, static_cast<double>(clip % kTones));
  std::vector<float> samples(12000 + 500 * (clip % 5));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double phase = static_cast<double>(clip) + 6.2832 * pitch_hz * static_cast<double>(i) / 22050;
    samples[i] = static_cast<float>(0.3 * std::sin(phase));
  }
  return samples;
}

// Clips of one tone each, whose text is the tone's letter; those in `wrong` have the letter of another tone.
void write_tones(const core::Path& folder, const std::set<std::size_t>& wrong) {
  core::FileSystem& files = core::local_file_system();
  files.create_directories(folder / "wavs");
  std::string manifest;
  for (std::size_t clip = 0; clip < kToneClips; ++clip) {
    const std::string id = fmt::format("tone-{:02}", clip);
    media::write_wav(files, folder / "wavs" / (id + ".wav"), tone(clip), 22050);
    const std::size_t letter = (clip + (wrong.contains(clip) ? 1 + clip % (kTones - 1) : 0)) % kTones;
    manifest += fmt::format("{}|{}\n", id, std::string(3, static_cast<char>('a' + letter)));
  }
  core::write_atomically(files, folder / "metadata.csv", manifest);
}

class ClipLosses : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    torch::set_num_threads(1);
    folder_ = std::make_unique<support::TemporaryFolder>();
    write_tones(path("right"), {});
    write_tones(path("wrong"), kWrong);
    config::Settings settings = settings_of("right");
    settings.codec.steps = 150;
    settings.codec.hidden = 16;
    settings.codec.codebook_step = 20;
    settings.batch.size = 6;
    settings.voice.steps = 250;
    settings.voice.learning_rate = 3e-3;
    settings.checkpoint.interval_steps = 1000;
    settings.validation.interval_steps = 1000;
    run::test::train(run::test::train_request(settings, path("run")));
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static core::Path path(const std::string& name) { return folder_->path() / name; }
  static config::Settings settings_of(const std::string& data) { return run::test::tiny_settings(path(data)); }

  template <typename Request = requests::PreflightRequest>
  static Request request(const std::string& data, const core::Path& checkpoint = path("run")) {
    Request result;
    result.settings = settings_of(data);
    result.settings.text.vocabulary = (path("run") / "checkpoints/best/tokenizer.json").string();
    result.checkpoint = checkpoint;
    result.json = true;
    return result;
  }

  // What a command prints.
  template <typename Command, typename Request>
  static nlohmann::json printed(Command command, const Request& asked) {
    core::Console console(true);
    ::testing::internal::CaptureStdout();
    command(asked, console);
    return nlohmann::json::parse(::testing::internal::GetCapturedStdout());
  }

  static inline const std::set<std::size_t> kWrong = {3, 17, 28, 44};
  static inline std::unique_ptr<support::TemporaryFolder> folder_;
  core::Console console_{true};
};

TEST_F(ClipLosses, WrongTranscriptsComeFirst) {
  const nlohmann::json found = printed(preflight, request("wrong"));
  ASSERT_EQ(found.at("losses").size(), kToneClips);
  std::set<std::string> first;
  for (std::size_t i = 0; i < kWrong.size(); ++i) first.insert(found["losses"][i].at("id"));
  std::set<std::string> wrong;
  for (const std::size_t clip : kWrong) wrong.insert(fmt::format("tone-{:02}", clip));
  EXPECT_EQ(first, wrong) << found["losses"].dump(1);
}

TEST_F(ClipLosses, TheirMeanIsTheAudioLossThatEvaluatePrints) {
  const speech::LoadedVoice voice = speech::load_voice(path("run"), torch::kCPU, console_);
  const dataset::Dataset data = stages::load_data_set(settings_of("wrong"), *voice.tokenizer, console_);
  const std::vector<quality::ClipLoss> losses = clip_losses(voice, data, device::Precision::kFp32);
  ASSERT_EQ(losses.size(), kToneClips);
  double sum = 0;
  double targets = 0;
  for (std::size_t clip = 0; clip < losses.size(); ++clip) {
    const auto count = static_cast<double>(preparation::codes_of(data.clip(clip)) + architecture::kAudioStopTargets);
    sum += losses[clip].loss * count;
    targets += count;
  }
  const nlohmann::json measured = printed(evaluate, request<requests::EvaluateRequest>("wrong"));
  EXPECT_EQ(measured.at("audio_targets"), targets);
  EXPECT_NEAR(measured.at("audio_loss").get<double>(), sum / targets, 1e-5);
}

TEST_F(ClipLosses, TwoRunsMeasureTheSame) {
  const nlohmann::json first = printed(preflight, request("wrong"));
  torch::manual_seed(99);
  EXPECT_EQ(printed(preflight, request("wrong")), first);
}

TEST_F(ClipLosses, ATextThatIsTheOnlyOneGainsNothing) {
  const speech::LoadedVoice voice = speech::load_voice(path("run"), torch::kCPU, console_);
  const dataset::Dataset data = stages::load_data_set(settings_of("right"), *voice.tokenizer, console_);
  const std::vector<std::uint32_t> same = {1, 1 + kTones};
  for (const quality::ClipLoss& clip : clip_losses(voice, data.subset(same), device::Precision::kFp32)) {
    EXPECT_EQ(clip.text_gain, 0);
    EXPECT_GT(clip.loss, 0);
  }
  EXPECT_TRUE(clip_losses(voice, data.subset({}), device::Precision::kFp32).empty());
}

TEST_F(ClipLosses, ACodecAloneCannotRank) {
  try {
    preflight(request("right", path("run") / "codec-best"), console_);
    ADD_FAILURE() << "no error";
  } catch (const core::CheckpointError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no voice model"));
  }
  EXPECT_THROW(preflight(request("right", path("nowhere")), console_), core::CheckpointError);
}

TEST_F(ClipLosses, ThePageHoldsTheRankingAndTheLimitDecides) {
  requests::PreflightRequest asked = request("wrong");
  asked.html = path("found.html");
  EXPECT_TRUE(printed(preflight, asked).at("passed").get<bool>());
  EXPECT_THAT(core::local_file_system().read(path("found.html")), HasSubstr("gain from the text"));
  core::local_file_system().create_directories(path("short") / "wavs");
  media::write_wav(core::local_file_system(), path("short/wavs/tone.wav"), tone(0), 22050);
  core::write_atomically(core::local_file_system(), path("short/metadata.csv"), "tone|aaa\nnone|bbb\n");
  EXPECT_FALSE(printed(preflight, request("short")).at("passed").get<bool>());
}

}  // namespace
}  // namespace myxtts::evaluation

#include "system/validation_stage.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "config/presets.hpp"
#include "core/error.hpp"
#include "formats/tokenizer_json.hpp"
#include "media/audio_file.hpp"
#include "stages/all_stages.hpp"

namespace myxtts::system {
namespace {

constexpr int kSampleRateHz = 22050;
constexpr double kClipSeconds = 3.0;  // more than a prompt of the tiny preset
constexpr std::int64_t kClipsInBatch = 2;
constexpr std::array kTexts = {"one", "two", "three", "four", "five", "six"};
static_assert(kTexts.size() == kClipsInBatch * ValidationStage::kBatches);

core::Path make_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "myxtts-validate-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw core::Error({.what = "cannot make a folder for the validator's recordings",
                       .where = name,
                       .value = std::generic_category().message(errno),
                       .expected = {},
                       .advice = "Name a folder that can be written with TMPDIR=FOLDER."});
  }
  return name;
}

// A tone of its own for each clip.
std::vector<float> recording(std::size_t clip) {
  std::vector<float> samples(static_cast<std::size_t>(kClipSeconds * kSampleRateHz));
  const double pitch_hz = 110.0 * static_cast<double>(clip + 1);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double seconds = static_cast<double>(i) / kSampleRateHz;
    samples[i] = static_cast<float>(0.3 * std::sin(2 * std::numbers::pi * pitch_hz * seconds));
  }
  return samples;
}

TrainingData record(const core::Path& folder, const std::string& language) {
  const std::vector<std::string> texts(kTexts.begin(), kTexts.end());
  TrainingData data;
  data.tokenizer_json =
      formats::write_tokenizer_json(text::Tokenizer::character_vocabulary(texts, std::vector<std::string>{language}));
  const text::Tokenizer tokenizer = stages::tokenizer_of(data);
  std::vector<dataset::Clip> clips;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    dataset::Clip clip;
    clip.id = texts[i];
    clip.file = folder / (texts[i] + ".wav");
    clip.text = texts[i];
    clip.tokens = tokenizer.encode(texts[i], language);
    media::write_wav(core::local_file_system(), clip.file, recording(i), kSampleRateHz);
    clip.audio = media::probe(clip.file);
    clips.push_back(std::move(clip));
  }
  data.train = dataset::Dataset(std::move(clips));
  return data;
}

config::Settings tiny_settings() {
  config::Settings settings = config::preset("tiny");
  settings.batch.size = kClipsInBatch;
  settings.batch.by = "count";
  settings.voice.steps = ValidationStage::kBatches;
  return settings;
}

}  // namespace

ValidationStage::ValidationStage(device::DeviceRuntime& runtime)
    : runtime_(runtime), folder_(make_folder()), settings_(tiny_settings()), stage_(*stages::all_stages().back()) {
  clips_ = record(folder_, settings_.text.language);
  run_ = std::make_unique<stages::RunData>(
      stages::RunData{settings_, clips_, stages::gather_statistics(settings_, clips_, runtime)});
}

ValidationStage::~ValidationStage() {
  std::error_code ignored;  // what is left behind lies among other temporary files
  std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<contracts::Learner> ValidationStage::new_learner() const {
  return stage_.make_learner(*run_, runtime_, nullptr);
}

stages::StageData ValidationStage::new_data() const {
  const contracts::TrainState frozen = stages::new_frozen_parts(stages::all_stages(), stage_, *run_, runtime_);
  runtime_.wait_on_host(runtime_.record(device::Stream::kModel));  // the data role reads it on its own stream
  return stage_.make_data(*run_, frozen, runtime_, nullptr);
}

}  // namespace myxtts::system

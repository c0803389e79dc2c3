#include "machine_check/smallest_stage.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "architecture/speech.hpp"
#include "config/presets.hpp"
#include "formats/tokenizer_json.hpp"
#include "media/audio_file.hpp"
#include "stages/all_stages.hpp"

namespace myxtts::machine_check {
namespace {

using architecture::kSampleRateHz;

constexpr double kClipSeconds = 3.0;  // longer than a prompt of the tiny preset
constexpr std::int64_t kClipsInBatch = 2;
constexpr std::array kTexts = {"one", "two", "three", "four", "five", "six"};
static_assert(kTexts.size() == kClipsInBatch * SmallestStage::kBatches);

// A tone; each clip has another frequency.
std::vector<float> recording(std::size_t clip) {
  std::vector<float> samples(static_cast<std::size_t>(kClipSeconds * kSampleRateHz));
  const double pitch_hz = 110.0 * static_cast<double>(clip + 1);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double seconds = static_cast<double>(i) / kSampleRateHz;
    samples[i] = static_cast<float>(0.3 * std::sin(2 * std::numbers::pi * pitch_hz * seconds));
  }
  return samples;
}

stages::TrainingData record(const core::Path& folder, const std::string& language) {
  const std::vector<std::string> texts(kTexts.begin(), kTexts.end());
  stages::TrainingData data;
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
  settings.voice.steps = SmallestStage::kBatches;
  return settings;
}

}  // namespace

SmallestStage::SmallestStage(device::DeviceRuntime& runtime)
    : runtime_(runtime), folder_("validate"), settings_(tiny_settings()), stage_(stages::speaking_stage()) {
  clips_ = record(folder_.path(), settings_.text.language);
  run_ = std::make_unique<stages::RunData>(
      stages::RunData{settings_, clips_, stages::gather_statistics(settings_, clips_, runtime)});
}

std::unique_ptr<contracts::Learner> SmallestStage::new_learner() const {
  return stage_.make_learner(*run_, runtime_, nullptr);
}

stages::StageData SmallestStage::new_data() const {
  const contracts::TrainState frozen = stages::new_frozen_parts(stages::all_stages(), stage_, *run_, runtime_);
  return stage_.make_data(*run_, frozen, runtime_, nullptr);
}

}  // namespace myxtts::machine_check

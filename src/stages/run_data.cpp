#include "stages/run_data.hpp"

#include <span>

#include "core/random.hpp"
#include "device/role_thread.hpp"
#include "formats/tokenizer_json.hpp"
#include "preparation/preparation.hpp"
#include "synthesis/reference.hpp"

namespace myxtts::stages {
namespace {

using device::Role;

}  // namespace

text::Tokenizer tokenizer_of(const TrainingData& clips) {
  return text::Tokenizer(formats::parse_tokenizer_json(clips.tokenizer_json, "tokenizer.json"));
}

preparation::MelStatistics gather_statistics(const config::Settings& settings, const TrainingData& clips,
                                             device::DeviceRuntime& runtime) {
  std::vector<std::uint32_t> drawn(clips.train.size());
  for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] = static_cast<std::uint32_t>(i);
  core::CounterRandom random({static_cast<std::uint64_t>(settings.run.seed), 0, 0, 0, core::Purpose::kStatistics});
  random.shuffle(std::span(drawn));
  const preparation::ClipReader reader(clips.train, clips.broken.get());
  preparation::MelStatistics statistics;
  device::run_as(runtime, Role::kData, [&] {
    preparation::SpeechMels mels(runtime.device(Role::kData));
    preparation::MelStatisticsGatherer gatherer;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < drawn.size() && count < settings.data.statistics_clips; ++i) {
      const auto samples = reader.read(drawn[i]);
      if (!samples) continue;
      gatherer.add(mels.codec_mel(mels.resampled(*samples)));
      ++count;
    }
    statistics = gatherer.result();
  });
  return statistics;
}

preparation::MelStatistics statistics_for(const contracts::TrainState* trained, const config::Settings& settings,
                                          const TrainingData& clips, device::DeviceRuntime& runtime) {
  if (trained == nullptr) return gather_statistics(settings, clips, runtime);
  return {contracts::tensor_of(*trained, "mel_statistics", "mean"),
          contracts::tensor_of(*trained, "mel_statistics", "deviation")};
}

torch::Tensor default_prompt(const RunData& run, device::DeviceRuntime& runtime) {
  const preparation::ClipReader reader(run.clips.train, run.clips.broken.get());
  std::optional<media::Samples> samples;
  for (std::uint32_t clip = 0; !samples && clip < run.clips.train.size(); ++clip) samples = reader.read(clip);
  torch::Tensor prompt;
  device::run_as(runtime, Role::kData, [&] {
    prompt = synthesis::prompt_mel(samples.value(), run.settings.conditioning, run.statistics.standard_deviation,
                                   runtime.device(Role::kData));
  });
  return prompt;
}

}  // namespace myxtts::stages

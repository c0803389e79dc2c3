#include "evaluation/evaluation.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/stopwatch.hpp"
#include "device/out_of_memory.hpp"
#include "device/planned_devices.hpp"
#include "evaluation/evaluation_options.hpp"
#include "preparation/voice_preparation.hpp"
#include "stages/training_data.hpp"
#include "training/voice_learner.hpp"

namespace myxtts::evaluation {
namespace {

// Sums over clips.
struct Sums {
  core::Losses losses;
  torch::Tensor code_counts;  // float64 [codes]
  double mel_distance = 0;
  double frames = 0;
  std::int64_t clips = 0;
};

void add_clip(const speech::LoadedVoice& voice, const contracts::VoiceBatch& batch, Sums& sums) {
  for (const auto& [name, sum] : training::voice_loss_sums(*voice.voice, batch)) sums.losses[name] += sum;
  const torch::Tensor codes = contracts::codes_of_row(batch.groups.front(), 0);
  sums.code_counts += torch::bincount(codes, {}, voice.settings.codec.codes).to(torch::kFloat64);
}

// Mean absolute difference between the log mel and the codec's reconstruction.
void add_mel_distance(const speech::LoadedVoice& voice, const torch::Tensor& mel, Sums& sums) {
  const torch::Tensor divided = audio::normalise(mel, voice.standard_deviation).t().unsqueeze(0);
  const torch::Tensor copy = voice.codec->decode(voice.codec->codes(divided)).narrow(2, 0, divided.size(2));
  const torch::Tensor difference = (copy - divided).abs() * voice.standard_deviation.view({1, -1, 1});
  sums.mel_distance += difference.mean(1).sum().item<double>();
  sums.frames += static_cast<double>(divided.size(2));
}

double perplexity(const torch::Tensor& counts) {
  const torch::Tensor share = counts / counts.sum();
  return std::exp(-(share * share.clamp_min(1e-300).log()).sum().item<double>());
}

Sums measure(const speech::LoadedVoice& voice, const dataset::Dataset& data, dataset::BrokenClips& broken,
             device::Precision precision) {
  const torch::NoGradGuard no_grad;
  const preparation::VoicePreparationOptions options = evaluation_options(voice);
  const preparation::MelStatistics statistics{voice.mean, voice.standard_deviation};
  preparation::VoicePreparation preparation(data, statistics, voice.codec, options, voice.device, nullptr, &broken);
  preparation::SpeechMels mels(voice.device);
  const planning::TargetsOfRow targets = preparation::row_targets(data, options);
  Sums sums;
  sums.code_counts = torch::zeros({voice.settings.codec.codes}, torch::dtype(torch::kFloat64).device(voice.device));
  for (std::uint32_t clip = 0; clip < data.size(); ++clip) {
    preparation::RawBatch raw = preparation.decode(planning::single_step_plan({.clips = {clip}}, targets));
    if (raw.rows.front().is_broken) continue;
    ++sums.clips;
    const torch::Tensor mel = mels.codec_mel(mels.resampled(raw.rows.front().speech));
    const contracts::Batch batch = preparation.prepare(std::move(raw));
    const device::Autocast autocast(precision, voice.device);  // after the codes: training computes them in fp32 too
    add_mel_distance(voice, mel, sums);
    add_clip(voice, std::get<contracts::VoiceBatch>(batch.payload), sums);
  }
  return sums;
}

nlohmann::ordered_json results_of(const requests::EvaluateRequest& request, device::DeviceRuntime& runtime,
                                  core::Console& console) {
  const auto session = runtime.enter(device::Role::kModel);
  speech::LoadedVoice voice =
      speech::load_voice_model(request.checkpoint, runtime.device(device::Role::kModel), console);
  voice.settings.data = request.settings.data;
  const dataset::Dataset data = stages::load_data_set(voice.settings, *voice.tokenizer, console);
  dataset::BrokenClips broken({.rejected = 0, .total = data.size(), .max_rejected = voice.settings.data.max_rejected},
                              console);
  const Sums sums = measure(voice, data, broken, device::set_arithmetic(request.settings.run, voice.device));
  core::Losses results = training::mean_voice_losses(sums.losses, voice.settings.voice.text_weight);
  results["codebook_perplexity"] = perplexity(sums.code_counts);
  results["mel_distance"] = sums.mel_distance / sums.frames;
  nlohmann::ordered_json object = {{"clips", sums.clips},
                                   {"text_targets", static_cast<std::int64_t>(sums.losses.at("text_targets"))},
                                   {"audio_targets", static_cast<std::int64_t>(sums.losses.at("audio_targets"))}};
  for (const auto& [name, value] : results) object[name] = value;
  return object;
}

}  // namespace

void evaluate(const requests::EvaluateRequest& request, core::Console& console) {
  const core::Stopwatch watch;
  const auto runtime = device::runtime_of(request.settings, request.device_plan);
  nlohmann::ordered_json object = device::translate_out_of_memory(
      device::Role::kModel, *runtime, [&] { return results_of(request, *runtime, console); }, device::Work::kSpeech);
  object["seconds"] = watch.seconds();
  if (request.json) {
    fmt::print("{}\n", object.dump());
    return;
  }
  for (const auto& [name, value] : object.items()) fmt::print("{:<20} {}\n", name, value.dump());
}

}  // namespace myxtts::evaluation

// Every key of the settings, with its allowed values.

#include "architecture/speech.hpp"
#include "architecture/voice_row.hpp"
#include "config/fields.hpp"
#include "stages/catalogue/catalogue.hpp"

namespace myxtts::config {
namespace {

constexpr double kMany = 1e12;

std::vector<Field> run_fields(Settings& s) {
  return {
      {"run.size", &s.run.size, 0, 0, {"tiny", "small", "normal", "big", "xtts-v2"}},
      {"run.stages", &s.run.stages, 0, 0, stages::stage_choices()},
      {"run.codec", &s.run.codec},
      {"run.init", &s.run.init},
      {"run.seed", &s.run.seed, 0, kMany},
      {"run.threads", &s.run.threads, 0, 1024},
      {"run.data_threads", &s.run.data_threads, 1, 1024},
      {"run.start_delay_seconds", &s.run.start_delay_seconds, 0, 3600},
      {"run.log_every", &s.run.log_every, 1, kMany},
      {"run.precision", &s.run.precision, 0, 0, {kAuto, "fp32", "tf32", "bf16", "fp16"}},
      {"run.deterministic", &s.run.deterministic},
  };
}

std::vector<Field> data_fields(Settings& s) {
  return {
      {"data.train", &s.data.train},
      {"data.validation", &s.data.validation},
      {"data.validation_share", &s.data.validation_share, 0, 0.5},
      {"data.min_seconds", &s.data.min_seconds, 0.05, 60},
      {"data.max_seconds", &s.data.max_seconds, 0.1, architecture::kMaxSeconds},
      {"data.max_text_tokens", &s.data.max_text_tokens, 1, architecture::kMaxTextTokens},
      {"data.max_rejected", &s.data.max_rejected, 0, 1},
      {"data.workers", &s.data.workers, 0, 256},
      {"data.cache_mb", &s.data.cache_mb, 0, kMany},
      {"data.statistics_clips", &s.data.statistics_clips, 1, kMany},
      {"augmentation.speed_probability", &s.augmentation.speed.probability, 0, 1},
      {"augmentation.speed_min", &s.augmentation.speed.min, 0.8, 1.25},
      {"augmentation.speed_max", &s.augmentation.speed.max, 0.8, 1.25},
      {"augmentation.room_probability", &s.augmentation.room.probability, 0, 1},
      {"augmentation.room_min_seconds", &s.augmentation.room.min, 0.05, 3},
      {"augmentation.room_max_seconds", &s.augmentation.room.max, 0.05, 3},
      {"augmentation.noise_probability", &s.augmentation.noise.probability, 0, 1},
      {"augmentation.noise_min_snr_db", &s.augmentation.noise.min, -10, 80},
      {"augmentation.noise_max_snr_db", &s.augmentation.noise.max, -10, 80},
      {"augmentation.lowpass_probability", &s.augmentation.lowpass.probability, 0, 1},
      {"augmentation.lowpass_min_hz", &s.augmentation.lowpass.min, 500, architecture::kSampleRateHz / 2},
      {"augmentation.lowpass_max_hz", &s.augmentation.lowpass.max, 500, architecture::kSampleRateHz / 2},
      {"augmentation.gain_probability", &s.augmentation.gain.probability, 0, 1},
      {"augmentation.gain_min_db", &s.augmentation.gain.min, -40, 40},
      {"augmentation.gain_max_db", &s.augmentation.gain.max, -40, 40},
      {"text.language", &s.text.language, 0, 0, {"en", "fa"}},
      {"text.input", &s.text.input, 0, 0, {"characters", "phonemes"}},
      {"text.vocabulary", &s.text.vocabulary},
      {"batch.size", &s.batch.size, 1, 65536},
      {"batch.by", &s.batch.by, 0, 0, {"cost", "count"}},
      {"batch.accumulation", &s.batch.accumulation, 1, 65536},
      {"batch.buffer", &s.batch.buffer, 1, 65536},
  };
}

std::vector<Field> model_fields(Settings& s) {
  return {
      {"codec.hidden", &s.codec.hidden, 1, 65536},
      {"codec.codes", &s.codec.codes, 2, 65536},
      {"codec.dimensions", &s.codec.dimensions, 1, 65536},
      {"codec.blocks", &s.codec.blocks, 0, 64},
      {"codec.steps", &s.codec.steps, 0, kMany},
      {"codec.batch_size", &s.codec.batch_size, 1, 65536},
      {"codec.crop_frames", &s.codec.crop_frames, 16, 65536},
      {"codec.learning_rate", &s.codec.learning_rate, 0, 1},
      {"codec.warmup_steps", &s.codec.warmup_steps, 0, kMany},
      {"codec.final_rate_share", &s.codec.final_rate_share, 0, 1},
      {"codec.clip_norm", &s.codec.clip_norm, 0, kMany},
      {"codec.commitment", &s.codec.commitment, 0, 1000},
      {"codec.codebook_decay", &s.codec.codebook_decay, 0, 1},
      {"codec.dead_count", &s.codec.dead_count, 0, 1000},
      {"codec.codebook_step", &s.codec.codebook_step, 1, kMany},
      {"codec.codebook_rounds", &s.codec.codebook_rounds, 1, 1000},
      {"codec.codebook_vectors", &s.codec.codebook_vectors, 2, kMany},
      {"model.layers", &s.model.layers, 1, 1024},
      {"model.width", &s.model.width, 8, 65536},
      {"model.heads", &s.model.heads, 1, 1024},
      {"model.dropout", &s.model.dropout, 0, 0.9},
      {"model.text_stop_input", &s.model.text_stop_input, 0, 0, {"always", "generation"}},
      {"conditioning.width", &s.conditioning.width, 32, 65536},
      {"conditioning.blocks", &s.conditioning.blocks, 0, 1024},
      {"conditioning.prompt_seconds", &s.conditioning.prompt_seconds, 0.2, 30},
      {"conditioning.prompt_from", &s.conditioning.prompt_from, 0, 0, {"another_clip", "itself"}},
  };
}

std::vector<Field> training_fields(Settings& s) {
  return {
      {"voice.steps", &s.voice.steps, 0, kMany},
      {"voice.epochs", &s.voice.epochs, 0, kMany},
      {"voice.learning_rate", &s.voice.learning_rate, 0, 1},
      {"voice.warmup_steps", &s.voice.warmup_steps, 0, kMany},
      {"voice.final_rate_share", &s.voice.final_rate_share, 0, 1},
      {"voice.weight_decay", &s.voice.weight_decay, 0, 1},
      {"voice.beta1", &s.voice.beta1, 0, 1},
      {"voice.beta2", &s.voice.beta2, 0, 1},
      {"voice.clip_norm", &s.voice.clip_norm, 0, kMany},
      {"voice.text_weight", &s.voice.text_weight, 0, 1000},
      {"sampling.temperature", &s.sampling.temperature, 0.01, 10},
      {"sampling.top_k", &s.sampling.top_k, 1, kMany},
      {"sampling.top_p", &s.sampling.top_p, 0.01, 1},
      {"sampling.repetition_penalty", &s.sampling.repetition_penalty, 0.1, 100},
      {"checkpoint.interval_steps", &s.checkpoint.interval_steps, 1, kMany},
      {"checkpoint.min_minutes", &s.checkpoint.min_minutes, 0, 1440},
      {"checkpoint.keep", &s.checkpoint.keep, 1, 1000},
      {"validation.interval_steps", &s.validation.interval_steps, 1, kMany},
      {"validation.max_clips", &s.validation.max_clips, 1, kMany},
      {"validation.patience", &s.validation.patience, 0, kMany},
      {"transfer.verify", &s.transfer.verify},
      {"memory.interval_steps", &s.memory.interval_steps, 0, kMany},
  };
}

}  // namespace

std::vector<Field> fields(Settings& s) {
  std::vector<Field> all;
  for (const auto table : {run_fields, data_fields, model_fields, training_fields}) {
    for (Field& field : table(s)) all.push_back(std::move(field));
  }
  return all;
}

}  // namespace myxtts::config

#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "architecture/speech.hpp"
#include "architecture/voice_row.hpp"
#include "core/error.hpp"

namespace myxtts::config {
namespace {

void require(bool holds, const std::string& key, std::int64_t value, const std::string& expected) {
  if (holds) return;
  throw core::ConfigError({.what = "settings that contradict each other",
                           .where = key,
                           .value = std::to_string(value),
                           .expected = expected,
                           .advice = {}});
}

constexpr auto kMaxSeconds = static_cast<double>(architecture::kMaxSeconds);
constexpr std::int64_t kMinEntries = 64;
constexpr std::int64_t kMaxEntries = 65536;

bool is_vocabulary(const TextSettings& text) {
  if (const auto entries = vocabulary_entries(text)) return *entries >= kMinEntries && *entries <= kMaxEntries;
  return text.vocabulary == "characters" || text.vocabulary.ends_with(".json");
}

void validate_vocabulary(const Settings& s) {
  if (!is_vocabulary(s.text)) {
    const std::string nearest = core::nearest_name(s.text.vocabulary, std::array{"characters"});
    throw core::ConfigError({.what = "bad value of text.vocabulary",
                             .where = {},
                             .value = s.text.vocabulary,
                             .expected = "characters, a number of entries from " + std::to_string(kMinEntries) +
                                         " to " + std::to_string(kMaxEntries) + ", or a tokenizer file, NAME.json",
                             .advice = nearest.empty() ? "" : "Did you mean '" + nearest + "'?"});
  }
  if (!s.run.init.empty() && s.text.vocabulary != "characters") {
    throw core::ConfigError({.what = "settings that contradict each other",
                             .where = "text.vocabulary",
                             .value = s.text.vocabulary,
                             .expected = "no run.init beside it: a checkpoint brings its own vocabulary",
                             .advice = {}});
  }
}

void require_order(const EffectSettings& effect, const std::string& key, const std::string& unit) {
  if (effect.min <= effect.max) return;
  throw core::ConfigError({.what = "settings that contradict each other",
                           .where = fmt::format("augmentation.{}_min{}", key, unit),
                           .value = fmt::format("{}", effect.min),
                           .expected = fmt::format("at most augmentation.{}_max{} = {}", key, unit, effect.max),
                           .advice = {}});
}

void validate_augmentation(const Settings& s) {
  require_order(s.augmentation.speed, "speed", "");
  require_order(s.augmentation.room, "room", "_seconds");
  require_order(s.augmentation.noise, "noise", "_snr_db");
  require_order(s.augmentation.lowpass, "lowpass", "_hz");
  require_order(s.augmentation.gain, "gain", "_db");
  const EffectSettings& speed = s.augmentation.speed;
  const double slowest_drawn = static_cast<double>(std::llround(speed.min * 100)) / 100;  // speeds are whole percents
  const double slowest = speed.probability > 0 ? std::min(1.0, slowest_drawn) : 1.0;
  if (s.data.max_seconds > kMaxSeconds * slowest) {
    throw core::ConfigError(
        {.what = "settings that contradict each other",
         .where = "data.max_seconds",
         .value = fmt::format("{}", s.data.max_seconds),
         .expected = fmt::format("at most {:g} s: slowed down by augmentation.speed_min = {}, a clip "
                                 "may last {:g} s",
                                 kMaxSeconds * slowest, s.augmentation.speed.min, kMaxSeconds),
         .advice = {}});
  }
}

}  // namespace

bool AugmentationSettings::changes_anything() const {
  return speed.probability > 0 || room.probability > 0 || noise.probability > 0 || lowpass.probability > 0 ||
         gain.probability > 0;
}

std::int64_t code_cache_mb(const Settings& settings) {
  return settings.augmentation.changes_anything() ? 0 : settings.data.cache_mb;
}

std::optional<std::int64_t> vocabulary_entries(const TextSettings& settings) {
  const std::string& text = settings.vocabulary;
  std::int64_t entries = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), entries);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return entries;
}

void validate(const Settings& s) {
  const std::string heads = std::to_string(s.model.heads);
  require(s.model.width % s.model.heads == 0, "model.width", s.model.width, "a multiple of model.heads = " + heads);
  require(s.conditioning.width % 32 == 0, "conditioning.width", s.conditioning.width,
          "a multiple of 32 (the groups of its normalisation)");
  require(s.codec.crop_frames % architecture::kFramesPerCode == 0, "codec.crop_frames", s.codec.crop_frames,
          fmt::format("a multiple of {} (frames a code)", architecture::kFramesPerCode));
  if (!s.run.init.empty() && (!s.run.codec.empty() || !stages::is_named(s.run.stages, stages::kSpeaking.name))) {
    throw core::ConfigError(
        {.what = "settings that contradict each other",
         .where = "run.init",
         .value = s.run.init,
         .expected =
             fmt::format("neither run.codec nor run.stages = {} beside it: its own codec is used", s.run.stages),
         .advice = {}});
  }
  validate_vocabulary(s);
  validate_augmentation(s);
  if (s.data.min_seconds >= s.data.max_seconds) {
    throw core::ConfigError({.what = "settings that contradict each other",
                             .where = "data.min_seconds",
                             .value = std::to_string(s.data.min_seconds),
                             .expected = "less than data.max_seconds = " + std::to_string(s.data.max_seconds),
                             .advice = {}});
  }
}

}  // namespace myxtts::config

#include "config/presets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "core/error.hpp"

namespace myxtts::config {
namespace {

struct Preset {
  std::string_view name;
  std::int64_t layers, width, heads;
  std::int64_t codec_hidden, codes, dimensions;
  std::int64_t conditioning_width, conditioning_blocks;
  double prompt_seconds;
  std::string_view prompt_from;
  std::int64_t batch_size, accumulation;
  double rate;
  std::int64_t warmup_steps;
  std::int64_t codec_steps, most_voice_steps;
  double most_voice_hours;  // of speech
};

constexpr double kAnyHours = 1e9;

// tiny: both stages together fit 15 minutes on two cores; the others are made for a GPU and are not timed yet.
constexpr std::array<Preset, 5> kPresets{{
    {"tiny", 4, 256, 4, 128, 512, 64, 128, 2, 2.0, "another_clip", 8, 1, 1e-3, 100, 2000, 2000, 18},
    {"small", 8, 384, 6, 256, 1024, 256, 256, 4, 3.0, "another_clip", 16, 1, 5e-4, 500, 10000, 20000, kAnyHours},
    {"normal", 12, 768, 12, 512, 1024, 512, 768, 6, 6.0, "another_clip", 32, 1, 2e-4, 1000, 20000, 100000, kAnyHours},
    {"big", 24, 1024, 16, 512, 1024, 512, 1024, 6, 6.0, "another_clip", 32, 1, 1e-4, 2000, 20000, 200000, kAnyHours},
    {"xtts-v2", 30, 1024, 16, 512, 1024, 512, 1024, 6, 6.0, "itself", 3, 84, 5e-6, 0, 20000, 50000, kAnyHours},
}};

const Preset& find_preset(std::string_view size) {
  const auto found = std::ranges::find(kPresets, size, &Preset::name);
  if (found != kPresets.end()) return *found;
  std::vector<std::string> names;
  std::string list;
  for (const Preset& preset : kPresets) {
    names.emplace_back(preset.name);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const std::string nearest = core::nearest_name(size, names);
  throw core::UsageError({.what = "unknown model size",
                          .where = "--model-size",
                          .value = std::string(size),
                          .expected = "one of: " + list,
                          .advice = nearest.empty() ? "" : "Did you mean '" + nearest + "'?"});
}

}  // namespace

Settings preset(std::string_view size) {
  const Preset& p = find_preset(size);
  Settings s;
  s.run.size = p.name;
  s.model.layers = p.layers;
  s.model.width = p.width;
  s.model.heads = p.heads;
  s.codec.hidden = p.codec_hidden;
  s.codec.codes = p.codes;
  s.codec.dimensions = p.dimensions;
  s.conditioning.width = p.conditioning_width;
  s.conditioning.blocks = p.conditioning_blocks;
  s.conditioning.prompt_seconds = p.prompt_seconds;
  s.conditioning.prompt_from = p.prompt_from;
  s.batch.size = p.batch_size;
  s.batch.accumulation = p.accumulation;
  s.voice.learning_rate = p.rate;
  s.voice.warmup_steps = p.warmup_steps;
  return s;
}

void plan_steps(Settings& settings, const EpochSize& epoch) {
  const Preset& p = find_preset(settings.run.size);
  if (settings.codec.steps == 0) settings.codec.steps = p.codec_steps;
  if (settings.voice.epochs > 0) {
    const std::int64_t batches = settings.voice.epochs * epoch.batches;
    settings.voice.steps = std::max<std::int64_t>(1, batches / settings.batch.accumulation);
  } else if (settings.voice.steps == 0) {
    const double steps_an_epoch = static_cast<double>(epoch.batches) / static_cast<double>(settings.batch.accumulation);
    const double in_time = p.most_voice_hours * 3600 / epoch.speech_seconds * steps_an_epoch;
    const double most = std::min(in_time, static_cast<double>(p.most_voice_steps));
    settings.voice.steps = std::llround(std::max(250.0, std::min(10 * std::round(epoch.clips), most)));
  }
}

void decide_threads(RunSettings& run) {
  if (run.threads == 0) run.threads = std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace myxtts::config

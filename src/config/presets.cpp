#include "config/presets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

#include "architecture/model_sizes.hpp"

namespace myxtts::config {
namespace {

// The usual training settings of a model size.
struct Preset {
  std::string_view size;
  double prompt_seconds;
  std::string_view prompt_from;
  std::int64_t batch_size, accumulation;
  double rate;
  std::int64_t warmup_steps;
  std::int64_t codec_steps, max_voice_steps;
  double max_voice_hours;         // of speech
  double min_checkpoint_minutes;  // a large model's checkpoint has up to 5 GB, and a GPU does 500 steps in a minute
};

constexpr double kAnyHours = 1e9;

// tiny: both stages together take at most 15 minutes on two cores; the others are for a GPU and not measured yet.
constexpr std::array<Preset, 5> kPresets{{
    {"tiny", 2.0, "another_clip", 8, 1, 1e-3, 100, 2000, 2000, 18, 0},
    {"small", 3.0, "another_clip", 16, 1, 5e-4, 500, 10000, 20000, kAnyHours, 0},
    {"normal", 6.0, "another_clip", 32, 1, 2e-4, 1000, 20000, 100000, kAnyHours, 5},
    {"big", 6.0, "another_clip", 32, 1, 1e-4, 2000, 20000, 200000, kAnyHours, 5},
    {"xtts-v2", 6.0, "itself", 3, 84, 5e-6, 0, 20000, 50000, kAnyHours, 5},
}};

// Every model size has a preset. Throws UsageError if there is no such size.
const Preset& preset_of(std::string_view size) {
  return *std::ranges::find(kPresets, architecture::model_size(size).name, &Preset::size);
}

}  // namespace

Settings preset(std::string_view size) {
  const architecture::ModelSize& model = architecture::model_size(size);
  const Preset& p = preset_of(size);
  Settings s;
  s.run.size = model.name;
  s.model.layers = model.layers;
  s.model.width = model.width;
  s.model.heads = model.heads;
  s.codec.hidden = model.codec_hidden;
  s.codec.codes = model.codes;
  s.codec.dimensions = model.dimensions;
  s.conditioning.width = model.conditioning_width;
  s.conditioning.blocks = model.conditioning_blocks;
  s.conditioning.prompt_seconds = p.prompt_seconds;
  s.conditioning.prompt_from = p.prompt_from;
  s.batch.size = p.batch_size;
  s.batch.accumulation = p.accumulation;
  s.checkpoint.min_minutes = p.min_checkpoint_minutes;
  s.voice.learning_rate = p.rate;
  s.voice.warmup_steps = p.warmup_steps;
  return s;
}

UsualLength usual_length(std::string_view size) {
  const Preset& p = preset_of(size);
  return {p.codec_steps, p.max_voice_steps, p.max_voice_hours};
}

void decide_threads(RunSettings& run) {
  if (run.threads == 0) run.threads = std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace myxtts::config

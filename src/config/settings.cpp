#include "config/settings.hpp"

#include <string>

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

}  // namespace

void validate(const Settings& s) {
  const std::string heads = std::to_string(s.model.heads);
  require(s.model.width % s.model.heads == 0, "model.width", s.model.width, "a multiple of model.heads = " + heads);
  require(s.conditioning.width % 32 == 0, "conditioning.width", s.conditioning.width,
          "a multiple of 32 (the groups of its normalisation)");
  require(s.codec.crop_frames % 4 == 0, "codec.crop_frames", s.codec.crop_frames, "a multiple of 4 (frames a code)");
  if (!s.run.init.empty() && (!s.run.codec.empty() || s.run.stages == "codec")) {
    throw core::ConfigError({.what = "settings that contradict each other",
                             .where = "run.init",
                             .value = s.run.init,
                             .expected = "neither run.codec nor run.stages = codec beside it: its own codec is used",
                             .advice = {}});
  }
  if (s.data.min_seconds >= s.data.max_seconds) {
    throw core::ConfigError({.what = "settings that contradict each other",
                             .where = "data.min_seconds",
                             .value = std::to_string(s.data.min_seconds),
                             .expected = "less than data.max_seconds = " + std::to_string(s.data.max_seconds),
                             .advice = {}});
  }
}

}  // namespace myxtts::config

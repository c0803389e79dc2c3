#include "config/settings.hpp"

#include <array>
#include <charconv>
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

constexpr std::int64_t kFewestEntries = 64;
constexpr std::int64_t kMostEntries = 65536;

bool is_vocabulary(const TextSettings& text) {
  if (const auto entries = vocabulary_entries(text)) return *entries >= kFewestEntries && *entries <= kMostEntries;
  return text.vocabulary == "characters" || text.vocabulary.ends_with(".json");
}

void validate_vocabulary(const Settings& s) {
  if (!is_vocabulary(s.text)) {
    const std::string nearest = core::nearest_name(s.text.vocabulary, std::array{"characters"});
    throw core::ConfigError({.what = "bad value of text.vocabulary",
                             .where = {},
                             .value = s.text.vocabulary,
                             .expected = "characters, a number of entries from " + std::to_string(kFewestEntries) +
                                         " to " + std::to_string(kMostEntries) + ", or a tokenizer file, NAME.json",
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

}  // namespace

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
  require(s.codec.crop_frames % 4 == 0, "codec.crop_frames", s.codec.crop_frames, "a multiple of 4 (frames a code)");
  if (!s.run.init.empty() && (!s.run.codec.empty() || s.run.stages == "codec")) {
    throw core::ConfigError({.what = "settings that contradict each other",
                             .where = "run.init",
                             .value = s.run.init,
                             .expected = "neither run.codec nor run.stages = codec beside it: its own codec is used",
                             .advice = {}});
  }
  validate_vocabulary(s);
  if (s.data.min_seconds >= s.data.max_seconds) {
    throw core::ConfigError({.what = "settings that contradict each other",
                             .where = "data.min_seconds",
                             .value = std::to_string(s.data.min_seconds),
                             .expected = "less than data.max_seconds = " + std::to_string(s.data.max_seconds),
                             .advice = {}});
  }
}

}  // namespace myxtts::config

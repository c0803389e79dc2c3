#include "config/resume_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "config/fields.hpp"
#include "core/error.hpp"

namespace myxtts::config {
namespace {

// Whether a resumed run may have another value without a change of its result.
bool may_change(const std::string& key) {
  static const std::vector<std::string> keys = {"batch.buffer",
                                                "data.workers",
                                                "data.cache_mb",
                                                "run.log_every",
                                                "run.threads",
                                                "run.start_delay_seconds",
                                                "checkpoint.interval_steps",
                                                "checkpoint.min_minutes",
                                                "checkpoint.keep",
                                                "transfer.verify",
                                                "memory.interval_steps"};
  return std::ranges::find(keys, key) != keys.end();
}

void keep_spelling(const std::string& old_name, std::string& name) {
  if (is_same_folder(old_name, name)) name = old_name;
}

void keep_spelling(const std::vector<std::string>& old_names, std::vector<std::string>& names) {
  if (std::ranges::equal(old_names, names, is_same_folder)) names = old_names;
}

}  // namespace

bool is_same_folder(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a == b;
  const auto folder = [](const std::string& name) { return (std::filesystem::absolute(name) / "").lexically_normal(); };
  return folder(a) == folder(b);
}

void check_resumed(const Settings& old_settings, const Settings& settings, const std::string& name,
                   core::Console& console) {
  for (const std::string& key : differing_keys(old_settings, settings)) {
    if (key == "run.threads") {
      console.info(fmt::format("Resuming with {} threads instead of {}: the last bits may differ from an unbroken run.",
                               settings.run.threads, old_settings.run.threads));
    }
    if (may_change(key)) continue;
    throw core::ConfigError({.what = "a resumed run cannot change " + key,
                             .where = name,
                             .value = {},
                             .expected = "the value that the run was made with, because it decides the result",
                             .advice = "Leave it out, or start another run with another --output."});
  }
}

void inherit_run_decisions(const Settings& old_settings, Settings& settings) {
  if (!settings.data.validation_share) settings.data.validation_share = old_settings.data.validation_share;
  if (settings.data.train.empty()) settings.data.train = old_settings.data.train;
  if (settings.run.precision == kAuto) settings.run.precision = old_settings.run.precision;
  if (settings.data.validation.empty()) settings.data.validation = old_settings.data.validation;
  keep_spelling(old_settings.data.train, settings.data.train);
  keep_spelling(old_settings.data.validation, settings.data.validation);
  keep_spelling(old_settings.run.codec, settings.run.codec);
  keep_spelling(old_settings.run.init, settings.run.init);
}

}  // namespace myxtts::config

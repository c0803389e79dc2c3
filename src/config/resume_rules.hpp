#pragma once
// What a resumed run takes over from its first start, and what it may not change.

#include <string>

#include "config/settings.hpp"
#include "core/console.hpp"

namespace myxtts::config {

// Whether two names mean one folder: "data", "./data/" and its absolute path do.
[[nodiscard]] bool is_same_folder(const std::string& a, const std::string& b);

// A configuration may leave to the run what its first start decided, planned steps, data sets and their split, and
// spell the names of its folders otherwise.
void inherit_run_decisions(const Settings& old_settings, Settings& settings);

// Throws: core::ConfigError that names a key whose change would change the run's result. Says where bits may differ.
// `name` is what the error calls the run's configuration.
void check_resumed(const Settings& old_settings, const Settings& settings, const std::string& name,
                   core::Console& console);

}  // namespace myxtts::config

#pragma once
// The settings that a resumed run takes from its first start, and those that it must not change.

#include <string>

#include "config/settings.hpp"
#include "core/console.hpp"

namespace myxtts::config {

// Whether two names mean the same folder, as "data", "./data/" and its absolute path do.
[[nodiscard]] bool is_same_folder(const std::string& a, const std::string& b);

// Fills in fields that are not set in `settings` with what the first start decided (planned steps, data folders and
// their split), and spells the names of equal folders as the first start did.
void inherit_run_decisions(const Settings& old_settings, Settings& settings);

// Throws: core::ConfigError that names a key whose change would change the run's result. Prints a line if bits may
// differ. `name`: the name of the run's configuration in the error.
void check_resumed(const Settings& old_settings, const Settings& settings, const std::string& name,
                   core::Console& console);

}  // namespace myxtts::config

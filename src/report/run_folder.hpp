#pragma once
// Chooses the folder of a run, and refuses one in which files of the user would be overwritten.

#include <optional>
#include <string>

#include "config/run_start.hpp"
#include "core/file_system.hpp"

namespace myxtts::report {

struct RunFolder {
  core::Path folder;
  config::RunStart start = config::RunStart::kNew;
  std::optional<std::string> old_config;  // config.toml of the run that is resumed
};

// Without `output`: runs/<date>-<time>-<size>, with --resume the newest run in runs/. --resume without a run starts a
// new one. Throws core::ConfigError if the folder holds a run and neither --resume nor --reset-training was given, if a
// new run or one that starts over would be among other files, and if the folder or one above it is a regular file; if
// another program trains there, the error names it.
[[nodiscard]] RunFolder choose_run_folder(const std::string& output, const std::string& size, bool resume, bool reset);

// Throws core::ConfigError if the folder holds a run. For a program that has locked a folder that was free when it was
// chosen.
void require_new(const core::Path& folder);

// Creates the folder, with "-2", "-3", ... after its name if it exists already, so that two runs that start within a
// second have different folders. Returns its name.
[[nodiscard]] core::Path claim_run_folder(const core::Path& wanted);

}  // namespace myxtts::report

#pragma once
// Which folder a run goes to, and whether it may: nothing of the user's is written over.

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

// Without `output`: runs/<date>-<time>-<size>, with --resume the newest run there. --resume with no run starts anew.
// Throws core::ConfigError where the folder holds a run and neither --resume nor --reset-training was given, where a
// new run or one that starts over would lie among other things, and where it would lie under a regular file.
[[nodiscard]] RunFolder choose_run_folder(const std::string& output, const std::string& size, bool resume, bool reset);

// Makes the folder, under a name with "-2", "-3", ... where it is there already: two runs that start within a second
// have one each. Returns its name.
[[nodiscard]] core::Path claim_run_folder(const core::Path& wanted);

}  // namespace myxtts::report

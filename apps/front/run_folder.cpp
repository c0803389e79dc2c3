#include "front/run_folder.hpp"

#include <fmt/chrono.h>

#include <ctime>

#include "core/error.hpp"

namespace myxtts::front {
namespace {

constexpr const char* kConfigFile = "config.toml";

bool holds_run(const core::Path& folder) { return core::local_file_system().exists(folder / kConfigFile); }

core::Path newest_run() {
  core::Path newest;
  if (!std::filesystem::is_directory("runs")) return newest;
  std::filesystem::file_time_type newest_time{};
  for (const std::string& name : core::local_file_system().list("runs")) {
    const core::Path folder = core::Path("runs") / name;
    if (!holds_run(folder)) continue;
    const auto time = std::filesystem::last_write_time(folder / kConfigFile);
    if (newest.empty() || time > newest_time) {
      newest = folder;
      newest_time = time;
    }
  }
  return newest;
}

core::Path fresh_name(const std::string& size) {
  const std::time_t now = std::time(nullptr);
  return core::Path("runs") / fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::localtime(now), size);
}

void reject_file_in_the_way(const core::Path& folder) {
  for (core::Path part = folder; !part.empty(); part = part.parent_path()) {
    if (std::filesystem::exists(part) && !std::filesystem::is_directory(part)) {
      throw core::ConfigError({.what = "a file is where the run's folder should be",
                               .where = "--output",
                               .value = part.string(),
                               .expected = "a folder, or a name that is free",
                               .advice = "Give another --output."});
    }
    if (part == part.parent_path()) break;
  }
}

void reject_foreign_folder(const core::Path& folder) {
  if (!std::filesystem::is_directory(folder) || core::local_file_system().list(folder).empty()) return;
  throw core::ConfigError({.what = "the folder holds something else than a run",
                           .where = "--output",
                           .value = folder.string(),
                           .expected = "an empty folder, or a name that is free",
                           .advice = "Nothing of it was touched; give another --output."});
}

}  // namespace

RunFolder choose_run_folder(const std::string& output, const std::string& size, bool resume, bool reset) {
  core::Path folder = output.empty() ? (resume ? newest_run() : core::Path()) : core::Path(output);
  if (folder.empty()) folder = fresh_name(size);
  reject_file_in_the_way(folder);
  if (!holds_run(folder)) {
    reject_foreign_folder(folder);
    return {folder, RunStart::kNew, std::nullopt};
  }
  if (reset) return {folder, RunStart::kReset, std::nullopt};
  if (resume) return {folder, RunStart::kResume, core::local_file_system().read(folder / kConfigFile)};
  throw core::ConfigError(
      {.what = "the folder holds a run already",
       .where = "--output",
       .value = folder.string(),
       .expected = "a name that is free",
       .advice = "Go on with --resume, start over with --reset-training, or give another --output."});
}

}  // namespace myxtts::front

#include "report/run_folder.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include "core/error.hpp"
#include "report/run_lock.hpp"

namespace myxtts::report {
namespace {

constexpr const char* kConfigFile = "config.toml";

// What training writes into a run folder; anything else there belongs to the user.
constexpr std::array<std::string_view, 10> kRunEntries = {
    kConfigFile, ".config.toml.partial", "log.txt",     "metrics.jsonl", ".metrics.jsonl.partial", "checkpoints",
    "samples",   "tensorboard",          "report.html", kLockFile};

bool is_of_run(std::string_view entry) { return std::ranges::find(kRunEntries, entry) != kRunEntries.end(); }

std::filesystem::file_type type_of(const core::Path& path) {
  std::error_code code;
  const std::filesystem::file_type type = std::filesystem::status(path, code).type();
  if (type == std::filesystem::file_type::none) {
    throw core::ConfigError({.what = "cannot use the run's folder",
                             .where = "--output",
                             .value = path.string(),
                             .expected = {},
                             .advice = code.message() + "."});
  }
  return type;
}

bool is_folder(const core::Path& path) { return type_of(path) == std::filesystem::file_type::directory; }

// Checkpoints alone are a run too, because its configuration may have been lost.
bool holds_run(const core::Path& folder) {
  const core::FileSystem& files = core::local_file_system();
  if (files.exists(folder / kConfigFile)) return true;
  return is_folder(folder / "checkpoints") && !files.list(folder / "checkpoints").empty();
}

core::Path newest_run() {
  core::Path newest;
  if (!is_folder("runs")) return newest;
  std::filesystem::file_time_type newest_time{};
  for (const std::string& name : core::local_file_system().list("runs")) {
    const core::Path folder = core::Path("runs") / name;
    if (!core::local_file_system().exists(folder / kConfigFile)) continue;
    const auto time = std::filesystem::last_write_time(folder / kConfigFile);
    if (newest.empty() || time > newest_time) {
      newest = folder;
      newest_time = time;
    }
  }
  return newest;
}

void reject_file_in_the_way(const core::Path& folder) {
  for (core::Path part = folder; !part.empty(); part = part.parent_path()) {
    if (type_of(part) != std::filesystem::file_type::not_found && !is_folder(part)) {
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
  if (!is_folder(folder)) return;
  for (const std::string& entry : core::local_file_system().list(folder)) {
    if (is_of_run(entry)) continue;  // left by a run that was killed before its first checkpoint
    throw core::ConfigError({.what = "the folder holds something that is not of a run",
                             .where = "--output",
                             .value = (folder / entry).string(),
                             .expected = "an empty folder, or a name that is free",
                             .advice = "Nothing of it was touched; give another --output."});
  }
}

[[noreturn]] void refuse_existing_run(const core::Path& folder) {
  throw core::ConfigError(
      {.what = "the folder holds a run already",
       .where = "--output",
       .value = folder.string(),
       .expected = "a name that is free",
       .advice = "Go on with --resume, start over with --reset-training, or give another --output."});
}

core::Path fresh_name(const std::string& size) {
  const std::time_t now = std::time(nullptr);
  return core::Path("runs") / fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::localtime(now), size);
}

}  // namespace

RunFolder choose_run_folder(const std::string& output, const std::string& size, bool resume, bool reset) {
  core::Path folder = output.empty() ? (resume ? newest_run() : core::Path()) : core::Path(output);
  if (folder.empty()) folder = fresh_name(size);
  reject_file_in_the_way(folder);
  if (!holds_run(folder)) {
    reject_foreign_folder(folder);
    return {folder, config::RunStart::kNew, std::nullopt};
  }
  if (reset) {
    reject_foreign_folder(folder);  // because starting over empties it
    return {folder, config::RunStart::kReset, std::nullopt};
  }
  if (resume) return {folder, config::RunStart::kResume, core::local_file_system().read(folder / kConfigFile)};
  require_unlocked(folder);
  refuse_existing_run(folder);
}

void require_new(const core::Path& folder) {
  if (holds_run(folder)) refuse_existing_run(folder);
}

core::Path claim_run_folder(const core::Path& wanted) {
  core::local_file_system().create_directories(wanted.parent_path());
  core::Path folder = wanted;
  std::error_code code;
  for (int other = 2; !std::filesystem::create_directory(folder, code) && !code; ++other) {
    folder = wanted;
    folder += fmt::format("-{}", other);
  }
  return folder;  // if it cannot be created, the first write into it reports why
}

}  // namespace myxtts::report

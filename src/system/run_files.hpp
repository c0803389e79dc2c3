#pragma once
// A run's folder: configuration, log, metrics and checkpoints.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/checkpoint_store.hpp"
#include "config/run_start.hpp"
#include "config/settings.hpp"
#include "contracts/train_state.hpp"
#include "core/console.hpp"
#include "core/file_system.hpp"
#include "report/metrics_file.hpp"
#include "report/run_lock.hpp"
#include "report/run_log.hpp"

namespace myxtts::system {

using config::RunStart;

class RunFiles {
 public:
  // Makes the folder and holds its lock; from now on the console's lines are kept in log.txt.
  // Throws core::ConfigError where another program holds the lock; nothing was touched then.
  RunFiles(core::FileSystem& files, core::Path folder, RunStart start, core::Console& console);
  // The newest good checkpoint of a run that is resumed; metrics past it are removed. Nothing in a new run.
  [[nodiscard]] std::optional<contracts::TrainState> resume_state();
  // Writes config.toml: from now on the folder holds this run. With kReset what was left of the old one, but its log,
  // is removed first: call it when nothing of the user's can be wrong any more.
  void write_config(const config::Settings& settings);
  // Saves a checkpoint and moves the links: `last`, and the best ones where it is the best so far.
  void save(const contracts::TrainState& state, bool is_best, std::int64_t keep);

  [[nodiscard]] bool has_checkpoint() const;
  // A line for log.txt alone: what was said before this began.
  void note(std::string_view line) { log_.keep(line); }
  // The error that ends the run, for log.txt. Where the log cannot be written either, the error itself matters more.
  void note_failure(std::string_view error) noexcept;
  [[nodiscard]] report::MetricsFile& metrics() { return metrics_; }
  [[nodiscard]] const core::Path& folder() const { return folder_; }
  [[nodiscard]] core::Path best(const std::string& stage) const { return folder_ / "checkpoints" / (stage + "-best"); }

 private:
  void remove_old_run();
  void point_best(const std::string& stage, const std::string& checkpoint);

  core::FileSystem& files_;
  core::Path folder_;
  report::RunLock lock_;  // before all that writes
  RunStart start_;
  report::RunLog log_;
  checkpoint::CheckpointStore store_;
  report::MetricsFile metrics_;
};

}  // namespace myxtts::system

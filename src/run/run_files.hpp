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

namespace myxtts::run {

using config::RunStart;

class RunFiles {
 public:
  // Makes the folder and locks it; from now on the console's lines are also written to log.txt.
  // Throws core::ConfigError if another program holds the lock, or a new run finds one in the folder; it has changed
  // nothing then.
  RunFiles(core::FileSystem& files, core::Path folder, RunStart start, core::Console& console);
  // The newest valid checkpoint of a resumed run; removes metrics after it. No value for a new run.
  [[nodiscard]] std::optional<contracts::TrainState> resume_state();
  // Writes config.toml, which makes the folder this run's. With kReset it first removes the old run's files except its
  // log; call it only when no input of the user can be wrong any more.
  void write_config(const config::Settings& settings);
  // Saves a checkpoint and updates the links: `last`, and also the best ones if `is_best`.
  // Throws core::CheckpointError if the folder is no longer the one that was locked, or the disk is full.
  void save(const contracts::TrainState& state, bool is_best, std::int64_t keep);

  [[nodiscard]] bool has_checkpoint() const;
  // Writes a line only to log.txt: for messages that were printed before this object existed.
  void note(std::string_view line) { log_.keep(line); }
  // Writes the error that ends the run to log.txt; again the same one has no effect. A failure to write is ignored,
  // because the error itself matters more.
  void note_failure(std::string_view error) noexcept;
  [[nodiscard]] report::MetricsFile& metrics() { return metrics_; }
  [[nodiscard]] const core::Path& folder() const { return folder_; }
  [[nodiscard]] core::Path best(const std::string& stage) const { return folder_ / "checkpoints" / (stage + "-best"); }

 private:
  void require_lock();
  std::string save_locked(const contracts::TrainState& state);
  void remove_old_run();
  void point_best(const std::string& stage, const std::string& checkpoint);

  core::FileSystem& files_;
  core::Path folder_;
  report::RunLock lock_;  // before all members that write
  RunStart start_;
  report::RunLog log_;
  checkpoint::CheckpointStore store_;
  report::MetricsFile metrics_;
  std::string noted_failure_;
};

}  // namespace myxtts::run

#include "run/run_files.hpp"

#include <fmt/format.h>

#include "config/fields.hpp"
#include "core/error.hpp"
#include "report/run_folder.hpp"

namespace myxtts::run {
namespace {

core::Path made(core::FileSystem& files, const core::Path& folder) {
  files.create_directories(folder);
  return folder;
}

}  // namespace

RunFiles::RunFiles(core::FileSystem& files, core::Path folder, RunStart start, core::Console& console)
    : files_(files),
      folder_(made(files, folder)),
      lock_(folder_, console),
      start_(start),
      log_(console, files, folder_ / "log.txt", lock_),
      store_(files, folder_ / "checkpoints", console),
      metrics_(files, folder_ / "metrics.jsonl") {
  if (start_ == RunStart::kNew) report::require_new(folder_);
  files_.create_directories(folder_ / "checkpoints");
}

std::optional<contracts::TrainState> RunFiles::resume_state() {
  if (start_ != RunStart::kResume) return std::nullopt;
  std::optional<contracts::TrainState> state = store_.load_newest();
  const contracts::StageProgress progress = state ? state->progress : contracts::StageProgress{};
  metrics_.keep_until(progress.stage, progress.step);
  // A crash may have happened after the checkpoint was saved and before the link to the best one was updated.
  const bool is_best = progress.best_step == 0 || progress.best_step == progress.step;
  if (state && is_best) point_best(progress.stage, store_.name_of(progress));
  return state;
}

void RunFiles::write_config(const config::Settings& settings) {
  if (start_ == RunStart::kReset) remove_old_run();
  core::write_atomically(files_, folder_ / "config.toml", config::dump_toml(settings));
}

void RunFiles::save(const contracts::TrainState& state, bool is_best, std::int64_t keep) {
  require_lock();
  metrics_.flush();
  const std::string name = save_locked(state);
  require_lock();  // again, before what has the folder's name now can be changed
  store_.point("last", name);
  if (is_best) point_best(state.progress.stage, name);
  store_.prune(state.progress.stage, keep);
}

// What has the folder's name now may be another program's run.
void RunFiles::require_lock() {
  if (lock_.is_held()) return;
  metrics_.forget();
  throw core::CheckpointError(
      {.what = "the run's folder was moved, removed or replaced while the run trained",
       .where = folder_.string(),
       .value = {},
       .expected = "the folder that this run has locked",
       .advice = "Nothing more was written. Go on with --resume from where its checkpoints are."});
}

// Saves the state and returns the checkpoint's name. If that fails because the folder is gone, this is the error.
std::string RunFiles::save_locked(const contracts::TrainState& state) {
  try {
    return store_.save(state).filename().string();
  } catch (const core::Error&) {
    require_lock();
    throw;
  }
}

void RunFiles::remove_old_run() {
  for (const char* entry : {"checkpoints", "samples", "tensorboard", "report.html"}) {
    if (files_.exists(folder_ / entry)) files_.remove_all(folder_ / entry);
  }
  files_.create_directories(folder_ / "checkpoints");
  metrics_.keep_until({}, 0);
}

void RunFiles::note_failure(std::string_view error) noexcept {
  try {
    if (noted_failure_ != error) log_.keep(fmt::format("error: {}", error));
    noted_failure_ = error;
  } catch (const std::exception&) {
    // Probably the disk is full; the terminal shows the error.
  }
}

bool RunFiles::has_checkpoint() const { return files_.exists(folder_ / "checkpoints" / "last"); }

void RunFiles::point_best(const std::string& stage, const std::string& checkpoint) {
  store_.point(stage + "-best", checkpoint);
  store_.point("best", checkpoint);
}

}  // namespace myxtts::run

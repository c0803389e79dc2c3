#pragma once
// Training states on disk. A checkpoint is a folder that is either complete or absent: it is written under a hidden
// name, synced, and renamed. A run's checkpoints are in one folder, with links to the last and to the best of them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/state_document.hpp"
#include "contracts/train_state.hpp"
#include "core/console.hpp"
#include "core/file_system.hpp"

namespace myxtts::checkpoint {

// Thread: one thread uses a store, and one process writes a folder.
class CheckpointStore {
 public:
  // `folder` is RUN/checkpoints; the first save creates it. Warnings go to `console`.
  CheckpointStore(core::FileSystem& files, core::Path folder, core::Console& console);

  // The folder name of a state with this progress: "voice-00001000".
  [[nodiscard]] static std::string name_of(const contracts::StageProgress& progress);

  // Writes a checkpoint and returns its folder. Equal states give equal bytes; weights that are equal to those of the
  // checkpoint saved or loaded before become hard links. An existing checkpoint of the same name is replaced.
  // Throws: CheckpointError if it cannot be written; earlier checkpoints are then unchanged.
  core::Path save(const contracts::TrainState& state);

  // Points a link ("last", "best", "voice-best") at the checkpoint of that name, atomically.
  void point(std::string_view link, const std::string& checkpoint);

  // Loads the checkpoint that `last` points at, or else the one with the highest number of run steps; no value if there
  // is no valid one. Skips damaged ones with a warning, and cleans up after an interrupted save.
  // Throws: NewerVersionError if a newer program wrote one of them.
  [[nodiscard]] std::optional<contracts::TrainState> load_newest();

  // Removes the checkpoints of a stage except its newest `keep`, those that a link points at, and `keep_also` (names).
  void prune(std::string_view stage, std::int64_t keep, const std::vector<std::string>& keep_also = {});

  // Reads a checkpoint folder of this version or an older one and checks every byte. Tensors are new, on the CPU,
  // sorted by name. Throws: CheckpointError that names the file and what is wrong with it; NewerVersionError.
  [[nodiscard]] static contracts::TrainState load(const core::FileSystem& files, const core::Path& checkpoint);

  // The checkpoint folder that a user means by `path`: a checkpoint, a link to one, or a run folder. Of a run folder,
  // it is the best checkpoint (with `stage`, the best of that stage), or else the last. RUN/voice-best is short for
  // RUN/checkpoints/voice-best.
  // Throws: CheckpointError that names what was searched for.
  [[nodiscard]] static core::Path resolve(const core::FileSystem& files, const core::Path& path,
                                          std::string_view stage = {});

 private:
  using FileRecords = std::map<std::string, FileRecord>;

  void write_contents(const contracts::TrainState& state, const core::Path& partial, FileRecords& records);
  void write_tensors(const contracts::NamedTensors& tensors, const core::Path& file, FileRecords& records);
  void write_document(std::string_view bytes, const core::Path& file, FileRecords& records);
  bool link_unchanged(const core::Path& file, const FileRecord& record);
  void put_in_place(const core::Path& partial, const std::string& name);
  void clear_leftovers();
  std::optional<contracts::TrainState> load_if_good(const std::string& name);

  core::FileSystem& files_;
  core::Path folder_;
  core::Console& console_;
  std::string previous_name_;  // of the checkpoint saved or loaded last, whose files can be linked
  FileRecords previous_records_;
};

}  // namespace myxtts::checkpoint

#pragma once
// Training states on disk. A checkpoint is a folder that is there whole or not at all: it is written under a hidden
// name, synced, and renamed. A run's are in one folder, beside links that say which is the last and which the best.

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
  // `folder` is RUN/checkpoints; it is made when something is saved. Warnings go to `console`.
  CheckpointStore(core::FileSystem& files, core::Path folder, core::Console& console);

  // The folder's name for a state that stands there: "voice-00001000".
  [[nodiscard]] static std::string name_of(const contracts::StageProgress& progress);

  // Writes a checkpoint and returns its folder. Equal states give equal bytes; weights that are those of the checkpoint
  // saved or loaded before become hard links. One of that name that is there already is replaced.
  // Throws: CheckpointError where it cannot be written; the checkpoints from before are then as they were.
  core::Path save(const contracts::TrainState& state);

  // Points a link ("last", "best", "voice-best") at the checkpoint of that name, atomically.
  void point(std::string_view link, const std::string& checkpoint);

  // The checkpoint that `last` points at, or else the one after most steps of the run; nothing where none is good.
  // Damaged ones are passed over with a warning, and what an interrupted save left behind is cleared up.
  // Throws: NewerVersionError where a newer program wrote one of them.
  [[nodiscard]] std::optional<contracts::TrainState> load_newest();

  // Removes the checkpoints of a stage but its newest `keep`, those that a link points at, and `keep_also` (names).
  void prune(std::string_view stage, std::int64_t keep, const std::vector<std::string>& keep_also = {});

  // Reads a checkpoint folder of this version or an older one and checks every byte. Tensors are new, on the CPU,
  // sorted by name. Throws: CheckpointError that names the file and what is wrong with it; NewerVersionError.
  [[nodiscard]] static contracts::TrainState load(const core::FileSystem& files, const core::Path& checkpoint);

  // The checkpoint folder that a user means by `path`: a checkpoint, a link to one, or a run folder, whose best one is
  // taken (with `stage`: that stage's best one), or else its last. RUN/voice-best is short for
  // RUN/checkpoints/voice-best.
  // Throws: CheckpointError that names what was looked for.
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
  std::string previous_name_;  // of the checkpoint saved or loaded last: its files can be linked
  FileRecords previous_records_;
};

}  // namespace myxtts::checkpoint

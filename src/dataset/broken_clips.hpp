#pragma once
// Recordings that passed the check but can no longer be read: a run continues without them, up to a limit.

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/console.hpp"
#include "dataset/clip_limit.hpp"
#include "dataset/dataset.hpp"

namespace myxtts::dataset {

// Thread: all calls are thread-safe.
class BrokenClips {
 public:
  BrokenClips(const ClipLimit& limit, core::Console& console) : limit_(limit), console_(console) {}

  // The samples of Dataset::get, or no value if the recording cannot be read; the user is warned once per clip (about a
  // lost clip, by the check). A recording is read again even if an earlier read failed, so that batches depend neither
  // on the number of threads nor on where a run was resumed; only a clip whose decoder hung is not read again.
  // Throws: DataError if more clips are missing than the limit allows.
  [[nodiscard]] std::optional<media::Samples> read(const Dataset& data, std::uint32_t clip, const FrameSpan& span = {});

  [[nodiscard]] std::size_t count() const;

 private:
  using Key = std::pair<core::Path, std::string>;  // the recording and its place in the manifest

  [[nodiscard]] static Key key_of(const Clip& clip) { return {clip.file, clip.where}; }
  [[nodiscard]] bool hangs(const Clip& clip) const;
  // Counts the clip and warns the user, the first time only.
  void note(const Dataset& data, const Clip& clip, const std::string& reason, double seconds);
  // Counts all clips with recordings in the folder.
  void note_folder(const Dataset& data, const core::Path& folder);
  void require_enough() const;

  ClipLimit limit_;
  core::Console& console_;
  mutable std::mutex mutex_;
  std::set<Key> broken_;
  std::set<Key> hanging_;
};

}  // namespace myxtts::dataset

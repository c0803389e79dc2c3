#pragma once
// The recordings of a data folder, found by what a manifest calls them.

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/file_system.hpp"

namespace myxtts::manifest {

// No recording outside the folder is ever found. Its folder wavs/ may be a link that leads elsewhere, and then belongs
// to it; no other link may lead out of it. Thread: find() is thread-safe.
class Recordings {
 public:
  // Throws: DataError where `folder` or its wavs/ cannot be read, or nothing in it may be a recording.
  Recordings(const core::FileSystem& files, core::Path folder);

  // The recording `id`: a path without "..", below wavs/, below the folder itself or below clips/, the first that
  // exists; where it has no ending of a sound file, .wav, .flac, .mp3, .ogg, .opus or .aiff is added, the first that
  // exists.
  // Throws: DataError that says why there is none, or why it may not be used.
  [[nodiscard]] core::Path find(const std::string& id) const;

 private:
  using Names = std::vector<std::string>;

  // Of a folder below this one; none where it cannot be read.
  [[nodiscard]] const Names& names_in(const core::Path& folder) const;
  [[nodiscard]] std::string find_in(const core::Path& folder, const std::string& name) const;
  void require_inside(const core::Path& file) const;

  const core::FileSystem& files_;
  core::Path folder_;
  std::vector<core::Path> roots_;  // where a recording may really lie: the folder and wavs/, links resolved
  mutable std::mutex mutex_;
  mutable std::map<core::Path, Names> names_;  // of the folders that were looked into
};

}  // namespace myxtts::manifest

#pragma once
// Finds the recordings of a data folder by their ids in a manifest.

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/file_system.hpp"

namespace myxtts::manifest {

// Never finds a recording outside the folder. Only wavs/ may be a link to another place, which then counts as inside;
// no other link may lead out of the folder. Thread: find() is thread-safe.
class Recordings {
 public:
  // Throws: DataError if `folder` or its wavs/ cannot be read, or the folder has neither sound files nor subfolders.
  Recordings(const core::FileSystem& files, core::Path folder);

  // Finds the recording `id`, a path without "..", below wavs/, the folder itself or clips/, in this order. If the id
  // does not end like a sound file, the endings .wav, .flac, .mp3, .ogg, .opus and .aiff are tried in this order.
  // Throws: DataError that says why there is none, or why it may not be used.
  [[nodiscard]] core::Path find(const std::string& id) const;

 private:
  using Names = std::vector<std::string>;

  // The file names in a folder below this one; empty if it cannot be read.
  [[nodiscard]] const Names& names_in(const core::Path& folder) const;
  [[nodiscard]] std::string find_in(const core::Path& folder, const std::string& name) const;
  void require_inside(const core::Path& file) const;

  const core::FileSystem& files_;
  core::Path folder_;
  std::vector<core::Path> roots_;  // folders that may hold recordings: the folder and wavs/, links resolved
  mutable std::mutex mutex_;
  mutable std::map<core::Path, Names> names_;  // cached file names of folders
};

}  // namespace myxtts::manifest

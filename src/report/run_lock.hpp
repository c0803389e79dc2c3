#pragma once
// One program at a time trains in a run's folder.

#include <string>

#include "core/console.hpp"
#include "core/file_system.hpp"

namespace myxtts::report {

inline constexpr const char* kLockFile = "run.lock";

enum class FolderKind { kLocal, kNfs };

// Whether the file system of a folder is NFS, where locks are the server's.
[[nodiscard]] FolderKind kind_of(const core::Path& folder);

// Holds a folder's lock (flock of run.lock) while it lives. The kernel drops it when the process dies, however it dies;
// the file stays, and says which process holds it, or held it last. Reading the folder needs no lock.
class RunLock {
 public:
  // Takes the lock of a folder that is there; nothing else in it is touched. On NFS a warning says what the lock cannot
  // do. Throws core::ConfigError at once where another program holds it, with that one's process, host and start, and
  // where there is no lock to be had, with the reason.
  RunLock(const core::Path& folder, core::Console& console) : RunLock(folder, kind_of(folder), console) {}
  RunLock(const core::Path& folder, FolderKind kind, core::Console& console);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace myxtts::report

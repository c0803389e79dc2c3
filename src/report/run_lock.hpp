#pragma once
// A lock that lets only one program at a time train in a run folder.

#include <string>

#include "core/console.hpp"
#include "core/file_system.hpp"

namespace myxtts::report {

inline constexpr const char* kLockFile = "run.lock";

enum class FolderKind { kLocal, kNfs };

// Whether the file system of a folder is NFS, whose locks are managed by the server.
[[nodiscard]] FolderKind kind_of(const core::Path& folder);

// Holds the lock of a folder (flock of run.lock) while the object lives. The kernel releases it when the process ends,
// also by a crash; the file stays and names the process that holds the lock or held it last. Reading the folder needs
// no lock.
class RunLock {
 public:
  // Takes the lock of an existing folder, and changes nothing else in it. On NFS, warns what the lock cannot do. Throws
  // core::ConfigError at once if another program holds the lock, with the process, host and start time of that program,
  // and if the folder cannot be locked, with the reason.
  RunLock(const core::Path& folder, core::Console& console) : RunLock(folder, kind_of(folder), console) {}
  RunLock(const core::Path& folder, FolderKind kind, core::Console& console);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  // False once the folder was moved or removed, or its lock file replaced: another program may lock what has its name
  // now.
  [[nodiscard]] bool is_held() const;

 private:
  core::Path file_;
  int descriptor_;
};

// Throws core::ConfigError, as the constructor does, if a program holds the lock of the folder at this moment.
void require_unlocked(const core::Path& folder);

}  // namespace myxtts::report

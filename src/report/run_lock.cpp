#include "report/run_lock.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <string_view>

#include "core/error.hpp"
#include "core/file_descriptor.hpp"

namespace myxtts::report {
namespace {

constexpr std::uint32_t kNfsMagic = 0x6969;  // NFS_SUPER_MAGIC of statfs(2)

std::string this_process() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host.front() = '?';
  return fmt::format("process {} on {} since {:%Y-%m-%dT%H:%M:%SZ}", ::getpid(), host.data(),
                     fmt::gmtime(std::time(nullptr)));
}

// The line that the holder of the lock wrote.
std::string holder_of(int descriptor) {
  std::array<char, 512> text{};
  const ssize_t bytes = ::pread(descriptor, text.data(), text.size(), 0);
  const std::string_view line(text.data(), bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
  return line.empty() ? "a process that has not yet said which it is" : std::string(line.substr(0, line.find('\n')));
}

[[noreturn]] void refuse(const core::Path& folder, FolderKind kind, int descriptor) {
  const char* nfs =
      " The folder is on NFS: the lock of a host that crashed ends when the server notices, after minutes.";
  throw core::ConfigError({.what = "another program trains in the run's folder",
                           .where = folder.string(),
                           .value = holder_of(descriptor),
                           .expected = "one program at a time",
                           .advice = std::string("Wait for its end, stop it, or give another --output.") +
                                     (kind == FolderKind::kNfs ? nfs : "")});
}

[[noreturn]] void fail(const core::Path& file, FolderKind kind, int code) {
  const char* nfs = " The folder is on NFS: mount it with locks (without nolock), or train on a local disk.";
  throw core::ConfigError({.what = "the run's folder cannot be locked",
                           .where = file.string(),
                           .value = std::strerror(code),
                           .expected = "a file that this program may lock",
                           .advice = std::string("Two programs in one folder would lose each other's checkpoints.") +
                                     (kind == FolderKind::kNfs ? nfs : "")});
}

// Writes who holds the lock, for the user only: if it cannot be written, the lock is valid all the same.
void sign(int descriptor) {
  const std::string line = this_process() + "\n";
  if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, line.data(), line.size(), 0);
}

}  // namespace

FolderKind kind_of(const core::Path& folder) {
  struct statfs status {};
  const bool is_nfs = ::statfs(folder.c_str(), &status) == 0 && static_cast<std::uint32_t>(status.f_type) == kNfsMagic;
  return is_nfs ? FolderKind::kNfs : FolderKind::kLocal;
}

RunLock::RunLock(const core::Path& folder, FolderKind kind, core::Console& console)
    : file_(folder / kLockFile), descriptor_(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) fail(file_, kind, errno);
  try {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) refuse(folder, kind, descriptor_);
      fail(file_, kind, errno);
    }
    sign(descriptor_);
    if (kind == FolderKind::kNfs) {
      console.warning(fmt::format(
          "{} is on NFS: another machine's program is kept out only where both mount it with locks.", folder.string()));
    }
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

RunLock::~RunLock() { ::close(descriptor_); }

bool RunLock::is_held() const {
  struct stat locked {};
  struct stat named {};
  return ::fstat(descriptor_, &locked) == 0 && ::stat(file_.c_str(), &named) == 0 && locked.st_dev == named.st_dev &&
         locked.st_ino == named.st_ino;
}

void require_unlocked(const core::Path& folder) {
  const core::FileDescriptor file(::open((folder / kLockFile).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() || ::flock(file.get(), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  refuse(folder, kind_of(folder), file.get());
}

}  // namespace myxtts::report

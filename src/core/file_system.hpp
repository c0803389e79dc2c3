#pragma once
// The file system as an interface, so that tests can inject failures and record the order of writes.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::core {

using Path = std::filesystem::path;

// Every call throws core::Error with the path and the system's reason. Calls are thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  [[nodiscard]] virtual std::string read(const Path& file) const = 0;
  [[nodiscard]] virtual bool exists(const Path& path) const = 0;
  // Names (not paths) in a folder, sorted.
  [[nodiscard]] virtual std::vector<std::string> list(const Path& folder) const = 0;

  virtual void create_directories(const Path& folder) = 0;
  // Writes the parts to a new file; an existing file is truncated. Does not sync.
  virtual void write(const Path& file, std::span<const std::string_view> parts) = 0;
  virtual void append(const Path& file, std::string_view text) = 0;
  // Flushes a file's bytes, or a folder's entries, to the disk (fsync).
  virtual void sync_file(const Path& file) = 0;
  virtual void sync_directory(const Path& folder) = 0;
  // Atomic; replaces an existing file or link.
  virtual void rename(const Path& from, const Path& to) = 0;
  virtual void remove_all(const Path& path) = 0;
  virtual void create_symlink(const std::string& target, const Path& link) = 0;
  [[nodiscard]] virtual std::string read_symlink(const Path& link) const = 0;
  virtual void create_hard_link(const Path& target, const Path& link) = 0;
};

// The file system of this machine.
[[nodiscard]] FileSystem& local_file_system();

// Writes `file` so that after a crash at any moment it holds either the complete old or the complete new content:
// writes ".NAME.partial" in the same folder, syncs it, renames it, syncs the folder.
void write_atomically(FileSystem& files, const Path& file, std::string_view content);

// Makes `link` point at `target` atomically; an existing link is replaced.
void replace_symlink(FileSystem& files, const std::string& target, const Path& link);

}  // namespace myxtts::core

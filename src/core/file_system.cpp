#include "core/file_system.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "core/file_descriptor.hpp"

namespace myxtts::core {
namespace {

[[noreturn]] void fail(const std::string& what, const Path& path, int code) {
  throw Error({.what = what, .where = path.string(), .value = std::strerror(code), .expected = {}, .advice = {}});
}

FileDescriptor open_file(const Path& path, int flags, const std::string& purpose) {
  FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC, 0666));
  if (!file.is_open()) fail("cannot " + purpose, path, errno);
  return file;
}

// The system may report an error of an earlier write only when the file is closed.
void close_written(FileDescriptor& file, const Path& path) {
  if (!file.close()) fail("cannot write", path, errno);
}

void write_whole(const FileDescriptor& file, const Path& path, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write", path, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

class LocalFileSystem final : public FileSystem {
 public:
  std::string read(const Path& path) const override {
    const FileDescriptor file = open_file(path, O_RDONLY, "read");
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) fail("cannot read", path, errno);
    std::string content;
    content.resize(status.st_size > 0 ? static_cast<std::size_t>(status.st_size) : 0);
    std::size_t filled = 0;
    for (;;) {
      if (filled == content.size()) content.resize(content.size() + 4096);
      const ssize_t count = ::read(file.get(), content.data() + filled, content.size() - filled);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("cannot read", path, errno);
      if (count == 0) break;
      filled += static_cast<std::size_t>(count);
    }
    content.resize(filled);
    return content;
  }

  bool exists(const Path& path) const override {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
  }

  std::vector<std::string> list(const Path& folder) const override {
    std::error_code code;
    std::vector<std::string> names;
    std::filesystem::directory_iterator entries(folder, code);
    if (code) fail("cannot list", folder, code.value());
    for (const auto& entry : entries) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  void create_directories(const Path& folder) override {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code) fail("cannot create the folder", folder, code.value());
  }

  void write(const Path& path, std::span<const std::string_view> parts) override {
    FileDescriptor file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, "create");
    for (const std::string_view part : parts) write_whole(file, path, part);
    close_written(file, path);
  }

  void append(const Path& path, std::string_view text) override {
    FileDescriptor file = open_file(path, O_WRONLY | O_CREAT | O_APPEND, "open");
    write_whole(file, path, text);
    close_written(file, path);
  }

  void sync_file(const Path& path) override {
    const FileDescriptor file = open_file(path, O_RDONLY, "open");
    if (::fsync(file.get()) != 0) fail("cannot sync", path, errno);
  }

  void sync_directory(const Path& folder) override {
    const FileDescriptor file = open_file(folder, O_RDONLY | O_DIRECTORY, "open");
    if (::fsync(file.get()) != 0) fail("cannot sync", folder, errno);
  }

  void rename(const Path& from, const Path& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) fail("cannot rename to '" + to.string() + "'", from, errno);
  }

  void remove_all(const Path& path) override {
    std::error_code code;
    std::filesystem::remove_all(path, code);
    if (code) fail("cannot remove", path, code.value());
  }

  void create_symlink(const std::string& target, const Path& link) override {
    if (::symlink(target.c_str(), link.c_str()) != 0) fail("cannot link", link, errno);
  }

  std::string read_symlink(const Path& link) const override {
    std::error_code code;
    const Path target = std::filesystem::read_symlink(link, code);
    if (code) fail("cannot read the link", link, code.value());
    return target.string();
  }

  void create_hard_link(const Path& target, const Path& link) override {
    if (::link(target.c_str(), link.c_str()) != 0) fail("cannot link", link, errno);
  }
};

Path partial_name(const Path& file) { return file.parent_path() / ("." + file.filename().string() + ".partial"); }

// Called after a failure. Must not throw, so that the user sees the original error.
void remove_leftover(FileSystem& files, const Path& partial) noexcept {
  try {
    if (files.exists(partial)) files.remove_all(partial);
  } catch (const Error&) {
    // The disk is gone, or the folder is read-only: there is no remedy here.
  }
}

Path folder_of(const Path& file) { return file.has_parent_path() ? file.parent_path() : Path("."); }

}  // namespace

FileSystem& local_file_system() {
  static LocalFileSystem files;
  return files;
}

void write_atomically(FileSystem& files, const Path& file, std::string_view content) {
  const Path partial = partial_name(file);
  try {
    files.write(partial, std::span(&content, 1));
    files.sync_file(partial);
    files.rename(partial, file);
  } catch (const Error&) {
    remove_leftover(files, partial);
    throw;
  }
  files.sync_directory(folder_of(file));
}

void replace_symlink(FileSystem& files, const std::string& target, const Path& link) {
  const Path partial = partial_name(link);
  if (files.exists(partial)) files.remove_all(partial);
  files.create_symlink(target, partial);
  files.rename(partial, link);
  files.sync_directory(folder_of(link));
}

}  // namespace myxtts::core

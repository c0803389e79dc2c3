#pragma once
// An owned POSIX file descriptor.

#include <unistd.h>

#include <utility>

namespace myxtts::core {

// The destructor closes the file. Move-only.
class FileDescriptor {
 public:
  // Takes ownership of a descriptor, as open() returns it; a negative number means that no file is open.
  explicit FileDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  ~FileDescriptor() { (void)close(); }
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int get() const { return descriptor_; }

  // Closes the file if it is open. Returns false, with errno set, if the system reports an error of an earlier write.
  [[nodiscard]] bool close() { return !is_open() || ::close(std::exchange(descriptor_, -1)) == 0; }

 private:
  int descriptor_;
};

}  // namespace myxtts::core

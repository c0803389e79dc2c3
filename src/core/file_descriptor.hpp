#pragma once
// An open file of the system.

#include <unistd.h>

#include <utility>

namespace myxtts::core {

// Closes the file at its end. Move-only.
class FileDescriptor {
 public:
  // Takes what open() and its like returned; a negative number is no file.
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

  // Closes the file, where it is open. False, with errno, where the system reports an error of an earlier write.
  [[nodiscard]] bool close() { return !is_open() || ::close(std::exchange(descriptor_, -1)) == 0; }

 private:
  int descriptor_;
};

}  // namespace myxtts::core

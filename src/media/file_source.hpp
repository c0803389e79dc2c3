#pragma once
// The bytes of a recording, for the libraries that decode it.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/file_descriptor.hpp"
#include "core/file_system.hpp"
#include "core/stopwatch.hpp"

namespace myxtts::media {

// Time limit of one step, which opens a recording or decodes a block of it; a decoder that takes longer hangs. A slow
// network may deliver the file's `bytes` at a megabyte per second.
[[nodiscard]] constexpr double step_limit_seconds(std::int64_t bytes) { return 30 + static_cast<double>(bytes) / 1e6; }

// A regular file that is open for reading. After a step's time limit, reads return the end of the file, which ends an
// endless loop of a decoder.
class FileSource {
 public:
  // Throws: DataError if it is not a regular file or is empty. Never waits for a pipe or a device.
  explicit FileSource(core::Path file);

  // Throws DataError: "cannot use the recording FILE: reason", or that the step exceeded its time limit.
  [[noreturn]] void fail(const std::string& reason) const;

  void set_step_limit(double seconds) { limit_seconds_ = seconds; }
  void begin_step() { step_ = {}; }

  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::int64_t position() const { return position_; }
  // The number of bytes read, 0 at the end, -1 on an error.
  std::int64_t read(void* target, std::size_t count);
  // As lseek, but a position outside the file becomes the nearest end of the file.
  std::int64_t seek(std::int64_t offset, int whence);
  // At most `count` bytes from `offset` on; the position does not change.
  [[nodiscard]] std::string bytes_at(std::int64_t offset, std::size_t count) const;

 private:
  core::Path file_;
  core::FileDescriptor descriptor_;
  std::int64_t size_ = 0;
  std::int64_t position_ = 0;
  double limit_seconds_ = 0;
  core::Stopwatch step_;
  bool timed_out_ = false;
};

}  // namespace myxtts::media

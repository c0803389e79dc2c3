#pragma once
// The bytes of a recording, as the decoders' libraries want them.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/file_descriptor.hpp"
#include "core/file_system.hpp"
#include "core/stopwatch.hpp"

namespace myxtts::media {

// Of one step, which is to open a recording or to decode a block of it: so long without an end means that the decoder
// hangs. Of a file of `bytes`, which a slow network may bring at a megabyte a second.
[[nodiscard]] constexpr double step_limit_seconds(std::int64_t bytes) { return 30 + static_cast<double>(bytes) / 1e6; }

// A regular file that is open for reading. When a step's time is over it seems to end, which a decoder that goes round
// in circles cannot ignore.
class FileSource {
 public:
  // Throws: DataError for whatever is no regular file with bytes in it. It waits for no pipe and no device.
  explicit FileSource(core::Path file);

  // Throws DataError: "cannot use the recording FILE: reason", or that the step's time was over.
  [[noreturn]] void fail(const std::string& reason) const;

  void set_step_limit(double seconds) { limit_seconds_ = seconds; }
  void begin_step() { step_ = {}; }

  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::int64_t position() const { return position_; }
  // The number of bytes read, 0 at the end, -1 on an error.
  std::int64_t read(void* target, std::size_t count);
  // As lseek does, but for positions outside the file, which become its nearest end.
  std::int64_t seek(std::int64_t offset, int whence);
  // The file's first bytes, at most `count`; the position stays.
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

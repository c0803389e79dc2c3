#include "media/file_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <utility>

#include "core/error.hpp"

namespace myxtts::media {

FileSource::FileSource(core::Path file)
    : file_(std::move(file)), descriptor_(::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (!descriptor_.is_open()) fail(errno == ENOENT ? "there is no such file" : std::strerror(errno));
  struct stat status {};
  ::fstat(descriptor_.get(), &status);
  if (!S_ISREG(status.st_mode)) fail("it is not a regular file");
  if (status.st_size == 0) fail("the file is empty");
  size_ = status.st_size;
  limit_seconds_ = step_limit_seconds(size_);
}

void FileSource::fail(const std::string& reason) const {
  const std::string what = timed_out_ ? "its decoder hangs, or the disk does: a step took longer than " +
                                            std::to_string(std::lround(limit_seconds_)) + " s"
                                      : reason;
  throw core::DataError("cannot use the recording " + file_.string() + ": " + what);
}

std::int64_t FileSource::read(void* target, std::size_t count) {
  timed_out_ = timed_out_ || step_.seconds() > limit_seconds_;
  if (timed_out_) return 0;
  const ssize_t done = ::pread(descriptor_.get(), target, count, position_);
  if (done > 0) position_ += done;
  return done;
}

std::int64_t FileSource::seek(std::int64_t offset, int whence) {
  if (whence == SEEK_CUR) offset += position_;
  if (whence == SEEK_END) offset += size_;
  position_ = std::clamp<std::int64_t>(offset, 0, size_);
  return position_;
}

std::string FileSource::bytes_at(std::int64_t offset, std::size_t count) const {
  std::string bytes(count, '\0');
  const ssize_t done = ::pread(descriptor_.get(), bytes.data(), count, offset);
  bytes.resize(done > 0 ? static_cast<std::size_t>(done) : 0);
  return bytes;
}

}  // namespace myxtts::media

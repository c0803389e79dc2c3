#pragma once
// A folder for files that nobody needs when its owner is gone.

#include <string_view>

#include "core/file_system.hpp"

namespace myxtts::core {

class TemporaryFolder {
 public:
  // A new folder "myxtts-NAME-..." in TMPDIR, or /tmp. Throws: Error where it cannot be made.
  explicit TemporaryFolder(std::string_view name);
  // Removes it with all that it holds, as far as that is possible.
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const Path& path() const { return path_; }
  [[nodiscard]] Path operator/(std::string_view name) const { return path_ / name; }

 private:
  Path path_;
};

}  // namespace myxtts::core

#pragma once
// A temporary folder that is removed with its owner.

#include <string_view>

#include "core/file_system.hpp"

namespace myxtts::core {

class TemporaryFolder {
 public:
  // Creates a new folder "myxtts-NAME-..." in TMPDIR, or in /tmp. Throws: Error if it cannot be created.
  explicit TemporaryFolder(std::string_view name);
  // Removes the folder and its content; errors are ignored.
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const Path& path() const { return path_; }
  [[nodiscard]] Path operator/(std::string_view name) const { return path_ / name; }

 private:
  Path path_;
};

}  // namespace myxtts::core

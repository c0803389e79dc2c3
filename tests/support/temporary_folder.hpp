#pragma once
// A folder of a test's own, removed at its end.

#include "core/temporary_folder.hpp"

namespace myxtts::support {

class TemporaryFolder : public core::TemporaryFolder {
 public:
  TemporaryFolder() : core::TemporaryFolder("test") {}
};

}  // namespace myxtts::support

#pragma once
// A temporary folder for one test, removed at the end of the test.

#include "core/temporary_folder.hpp"

namespace myxtts::support {

class TemporaryFolder : public core::TemporaryFolder {
 public:
  TemporaryFolder() : core::TemporaryFolder("test") {}
};

}  // namespace myxtts::support

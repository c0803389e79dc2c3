#pragma once
// Where the tests find the project's files and what was built: in one file, so that no other depends on the clone's
// place.

#include <filesystem>

namespace myxtts::support {

// The project's root folder.
[[nodiscard]] std::filesystem::path source_folder();

// The build's folder: bin/, fake_driver/.
[[nodiscard]] std::filesystem::path binary_folder();

}  // namespace myxtts::support

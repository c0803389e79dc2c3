#pragma once
// The versions of the program, of its libraries, and of the libtorch that the engine will load, told without loading
// it.

#include <optional>
#include <string>

namespace myxtts::front {

// What --version prints, without the last line's end.
[[nodiscard]] std::string version_text();

// libtorch's version, as "2.11.0": from version.py of the wheel, or build-version of an unzipped libtorch, in
// MYXTTS_LIBTORCH or the folder that the engine was linked with; not set where it is not there. A front that was built
// alone does not know that folder: the version is then the one that is installed when the engine is built.
[[nodiscard]] std::optional<std::string> libtorch_version();

}  // namespace myxtts::front

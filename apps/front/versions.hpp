#pragma once
// The versions of the program, of its libraries, and of the libtorch that the engine will load, found without loading
// it.

#include <optional>
#include <string>

namespace myxtts::front {

// The output of --version, without the last newline.
[[nodiscard]] std::string version_text();

// libtorch's version, as "2.11.0": from version.py of the wheel, or build-version of an unzipped libtorch, in
// MYXTTS_LIBTORCH or the folder that the engine was linked with; not set if it is not found there. A front that was
// built without the engine does not know that folder: it returns the version that is installed when the engine is
// built.
[[nodiscard]] std::optional<std::string> libtorch_version();

}  // namespace myxtts::front

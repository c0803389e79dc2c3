#pragma once
// Which libtorch the engine will load, told without loading it.

#include <optional>
#include <string>

namespace myxtts::front {

// Its version, as "2.11.0": from version.py of the wheel, or build-version of an unzipped libtorch, in MYXTTS_LIBTORCH
// or the folder that the engine was linked with. Nothing where it is not there.
[[nodiscard]] std::optional<std::string> libtorch_version();

}  // namespace myxtts::front

#pragma once
// Manifests of JSON objects, one for each clip, whose keys are named as columns are (columns.hpp).

#include <string>
#include <string_view>

#include "manifest/manifest_rows.hpp"

namespace myxtts::manifest {

// An object a line; a row's place is ":" and its line.
[[nodiscard]] ParsedManifest read_json_lines(std::string_view text);

// One array of objects; a row's place is "[" its number from 0 "]". `name` is what an error calls the file.
// Throws: DataError where it is not JSON.
[[nodiscard]] ParsedManifest read_json_array(std::string_view text, const std::string& name);

}  // namespace myxtts::manifest

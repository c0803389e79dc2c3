#pragma once
// Reads manifests of JSON objects, one object per clip; the keys have the names of columns (columns.hpp).

#include <string>
#include <string_view>

#include "manifest/manifest_rows.hpp"

namespace myxtts::manifest {

// Reads one object per line; a row's `where` is ":" and its line number.
[[nodiscard]] ParsedManifest read_json_lines(std::string_view text);

// Reads one array of objects; a row's `where` is "[N]" with its number N from 0. Errors call the file `name`.
// Throws: DataError if it is not JSON.
[[nodiscard]] ParsedManifest read_json_array(std::string_view text, const std::string& name);

}  // namespace myxtts::manifest

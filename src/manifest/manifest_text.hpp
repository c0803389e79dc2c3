#pragma once
// Reads the text of a manifest file in any of the usual encodings.

#include <string>

#include "core/file_system.hpp"

namespace myxtts::manifest {

// Returns the file as UTF-8 without byte-order mark, with lines that end in LF or CR LF. Converts UTF-16 that has a
// byte-order mark, and lines that end in CR alone. Does not check that all of it is UTF-8. Throws: DataError if the
// file cannot be read, is not a regular file, or is in UTF-32 or in UTF-16 without a mark.
[[nodiscard]] std::string read_manifest_text(const core::FileSystem& files, const core::Path& file);

}  // namespace myxtts::manifest

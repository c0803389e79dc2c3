#pragma once
// The text of a manifest file, whatever program wrote it.

#include <string>

#include "core/file_system.hpp"

namespace myxtts::manifest {

// The file in UTF-8, without its byte-order mark, its lines ending in LF or CR LF. UTF-16 is read by its byte-order
// mark, and so is a file whose lines end in CR alone. That it is UTF-8 throughout is not checked. Throws: DataError
// where it cannot be read, is no regular file, or is in UTF-32 or in UTF-16 without a mark.
[[nodiscard]] std::string read_manifest_text(const core::FileSystem& files, const core::Path& file);

}  // namespace myxtts::manifest

#pragma once
// Text files, line by line.

#include <string>
#include <string_view>
#include <vector>

namespace myxtts::long_recordings {

// The lines of a file, each without its end ("\n", "\r\n" or "\r"), and without a byte-order mark. `bytes` must outlive
// them. Throws: core::DataError that names the first line that is not UTF-8. `name` is the file's name in messages.
[[nodiscard]] std::vector<std::string_view> read_lines(std::string_view bytes, const std::string& name);

}  // namespace myxtts::long_recordings

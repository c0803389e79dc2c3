#include "long_recordings/text_lines.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "text/unicode.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void require_utf8(std::string_view line, const std::string& where) {
  try {
    (void)text::decode_utf8(line);
  } catch (const core::DataError&) {
    throw core::DataError({.what = "the line is not UTF-8",
                           .where = where,
                           .value = {},
                           .expected = {},
                           .advice = "Convert the file to UTF-8, for example with iconv."});
  }
}

}  // namespace

std::vector<std::string_view> read_lines(std::string_view bytes, const std::string& name) {
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    lines.push_back(bytes.substr(0, end));
    require_utf8(lines.back(), name + ":" + std::to_string(lines.size()));
    const bool is_pair = bytes.substr(end).starts_with("\r\n");
    bytes.remove_prefix(std::min(end + (is_pair ? 2 : 1), bytes.size()));
  }
  return lines;
}

}  // namespace myxtts::long_recordings

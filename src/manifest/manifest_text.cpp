#include "manifest/manifest_text.hpp"

#include <algorithm>
#include <string_view>

#include "core/error.hpp"
#include "text/unicode.hpp"

namespace myxtts::manifest {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LittleMark = "\xFF\xFE";
constexpr std::string_view kUtf16BigMark = "\xFE\xFF";
constexpr std::string_view kUtf32LittleMark = "\xFF\xFE\0\0"sv;

// Refuses pipes and other special files, because reading one may never end.
std::string read_regular_file(const core::FileSystem& files, const core::Path& file) {
  std::error_code code;
  if (std::filesystem::exists(file, code) && !std::filesystem::is_regular_file(file, code)) {
    throw core::DataError({.what = "not a regular file",
                           .where = file.string(),
                           .value = {},
                           .expected = "a list of clips in a text file",
                           .advice = {}});
  }
  try {
    return files.read(file);
  } catch (const core::Error& error) {
    throw core::DataError(error.what());
  }
}

// UTF-16 and UTF-32 show as zero bytes, which UTF-8 text does not contain.
bool has_wide_characters(std::string_view content) {
  return content.starts_with(kUtf32LittleMark) || content.substr(0, 4).find('\0') != std::string_view::npos;
}

}  // namespace

std::string read_manifest_text(const core::FileSystem& files, const core::Path& file) {
  std::string text = read_regular_file(files, file);
  const bool is_utf16 = text.starts_with(kUtf16LittleMark) || text.starts_with(kUtf16BigMark);
  if (is_utf16 && !text.starts_with(kUtf32LittleMark)) {
    text = text::utf8_of_utf16(text);
  } else if (has_wide_characters(text)) {
    throw core::DataError({.what = "a list of clips in UTF-32, or in UTF-16 without a byte-order mark",
                           .where = file.string(),
                           .value = {},
                           .expected = "UTF-8",
                           .advice = "Save it as UTF-8, or convert it with iconv."});
  }
  if (text.starts_with(kUtf8Mark)) text.erase(0, kUtf8Mark.size());
  if (text.find('\n') == std::string::npos) std::ranges::replace(text, '\r', '\n');
  return text;
}

}  // namespace myxtts::manifest

// A manifest of any bytes is read row by row, and no row that passes can name a file outside its folder.
#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "core/error.hpp"
#include "manifest/manifest_rows.hpp"
#include "text/unicode.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myxtts;
  try {
    for (const auto& [row, error] : manifest::parse_manifest({reinterpret_cast<const char*>(data), size}, "m").rows) {
      if (!text::is_utf8(row.id)) __builtin_trap();
      if (!error.empty()) continue;
      const std::filesystem::path path = std::filesystem::path(row.id).lexically_normal();
      if (path.is_absolute() || *path.begin() == "..") __builtin_trap();
      if (!text::is_utf8(row.text) || row.text.empty()) __builtin_trap();
    }
  } catch (const core::DataError&) {
    // Not JSON.
  }
  return 0;
}

#include "core/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "core/error.hpp"

namespace myxtts::core {
namespace {

[[noreturn]] void fail(const std::string& where, const std::error_code& code) {
  throw Error({.what = "cannot make a temporary folder",
               .where = where,
               .value = code.message(),
               .expected = {},
               .advice = "Set TMPDIR to a folder that can be written."});
}

}  // namespace

TemporaryFolder::TemporaryFolder(std::string_view name) {
  std::error_code code;
  const Path parent = std::filesystem::temp_directory_path(code);
  if (code) fail("TMPDIR", code);
  std::string pattern = (parent / ("myxtts-" + std::string(name) + "-XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) fail(pattern, {errno, std::generic_category()});
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // files that cannot be removed stay in the system's temporary folder
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace myxtts::core

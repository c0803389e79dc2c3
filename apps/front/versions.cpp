#include "front/versions.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace myxtts::front {
namespace {

// The version without a build suffix: "2.11.0" for "2.11.0+cpu".
std::string release_of(const std::string& version) { return version.substr(0, version.find_first_of("+'")); }

}  // namespace

std::string version_text() {
  return "myxtts " MYXTTS_VERSION "\n" MYXTTS_LIBRARIES "\nlibtorch " MYXTTS_LIBTORCH_VERSION;
}

std::optional<std::string> libtorch_version() {
  const char* chosen = std::getenv("MYXTTS_LIBTORCH");
  const std::filesystem::path folder = chosen == nullptr ? MYXTTS_LIBTORCH_ROOT : chosen;
  if (folder.empty()) return MYXTTS_LIBTORCH_VERSION;
  constexpr std::string_view kAssignment = "__version__ = '";
  std::ifstream wheel(folder / "version.py");
  for (std::string line; std::getline(wheel, line);) {
    if (line.starts_with(kAssignment)) return release_of(line.substr(kAssignment.size()));
  }
  std::ifstream archive(folder / "build-version");
  if (std::string line; std::getline(archive, line)) return release_of(line);
  return std::nullopt;
}

}  // namespace myxtts::front

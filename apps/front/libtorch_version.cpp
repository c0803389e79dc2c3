#include "front/libtorch_version.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace myxtts::front {
namespace {

std::filesystem::path libtorch_folder() {
  const char* chosen = std::getenv("MYXTTS_LIBTORCH");
  return chosen == nullptr ? MYXTTS_LIBTORCH_ROOT : chosen;
}

// Without what tells builds apart: "2.11.0+cpu".
std::string release_of(const std::string& version) { return version.substr(0, version.find_first_of("+'")); }

}  // namespace

std::optional<std::string> libtorch_version() {
  const std::filesystem::path folder = libtorch_folder();
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

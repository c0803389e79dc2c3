#include "manifest/recordings.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace myxtts::manifest {
namespace {

constexpr std::array<const char*, 3> kPlaces{"wavs", "", "clips"};
constexpr std::array<const char*, 12> kEndings{".wav", ".flac", ".mp3", ".ogg",  ".opus", ".aiff",
                                               ".aif", ".oga",  ".WAV", ".FLAC", ".MP3",  ".OGG"};
constexpr const char* kExpected = ".wav, .flac, .mp3, .ogg, .opus or .aiff";

bool is_inside(const core::Path& path, const core::Path& folder) {
  return std::ranges::mismatch(folder, path).in1 == folder.end();
}

bool is_sound_file(std::string_view name) {
  return std::ranges::any_of(kEndings, [&](const char* ending) { return name.ends_with(ending); });
}

std::vector<std::string> list(const core::FileSystem& files, const core::Path& folder) {
  try {
    return files.list(folder);
  } catch (const core::Error& error) {
    throw core::DataError({.what = error.what(),
                           .where = {},
                           .value = {},
                           .expected = "the recordings in wavs/ beside the list of clips",
                           .advice = {}});
  }
}

}  // namespace

Recordings::Recordings(const core::FileSystem& files, core::Path folder) : files_(files), folder_(std::move(folder)) {
  const core::Path wavs = folder_ / "wavs";
  const Names& names = names_[folder_] = list(files_, folder_);
  const bool has_others = std::ranges::any_of(names, [&](const std::string& name) {
    std::error_code code;  // a circular link is not a folder
    return is_sound_file(name) || std::filesystem::is_directory(folder_ / name, code);
  });
  if (files_.exists(wavs) || !has_others) names_[wavs] = list(files_, wavs);
  for (const core::Path& root : {folder_, wavs}) {
    std::error_code code;
    core::Path resolved = std::filesystem::canonical(root, code);
    if (!code) roots_.push_back(std::move(resolved));
  }
}

const Recordings::Names& Recordings::names_in(const core::Path& folder) const {
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = names_.try_emplace(folder);
  if (!is_new) return known->second;
  try {
    known->second = files_.list(folder);
  } catch (const core::Error&) {
    // Missing or not a folder: it holds no recording.
  }
  return known->second;
}

std::string Recordings::find_in(const core::Path& folder, const std::string& name) const {
  const Names& names = names_in(folder);
  if (is_sound_file(name) && std::ranges::binary_search(names, name)) return name;
  for (const char* ending : kEndings) {
    if (std::ranges::binary_search(names, name + ending)) return name + ending;
  }
  return {};
}

void Recordings::require_inside(const core::Path& file) const {
  std::error_code code;
  const core::Path resolved = std::filesystem::canonical(file, code);
  if (code == std::errc::too_many_symbolic_link_levels) {
    throw core::DataError("its recording is a link that leads in a circle: " + file.string());
  }
  if (code) return;  // missing or unreachable: opening it fails with the reason
  if (std::ranges::any_of(roots_, [&](const core::Path& root) { return is_inside(resolved, root); })) return;
  throw core::DataError({.what = "its recording is a link that leads out of the data folder",
                         .where = file.string(),
                         .value = {},
                         .expected = {},
                         .advice = "Copy the recording into the folder."});
}

core::Path Recordings::find(const std::string& id) const {
  const core::Path path(id);
  for (const char* place : kPlaces) {
    const core::Path folder = (folder_ / place / path.parent_path()).lexically_normal();
    const std::string name = find_in(folder, path.filename().string());
    if (name.empty()) continue;
    require_inside(folder / name);
    return folder / name;
  }
  throw core::DataError("there is no wavs/" + id + (is_sound_file(id) ? "" : kExpected));
}

}  // namespace myxtts::manifest

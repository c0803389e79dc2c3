#include "quality/data_folders.hpp"

#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/error.hpp"

namespace myxtts::quality {
namespace {

// Returns 0 if the text is not a number over 0.
double parse_weight(std::string_view text) {
  double weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && std::isfinite(weight);
  return is_number && weight > 0 ? weight : 0;
}

manifest::Manifest read_clips(const core::FileSystem& files, const core::Path& folder, manifest::Subset subset) {
  manifest::Manifest manifest = manifest::read_manifest(files, folder, subset);
  if (!manifest.rows.empty() || !manifest.rejections.empty()) return manifest;
  throw core::DataError({.what = "the data set names no clips",
                         .where = folder.string(),
                         .value = {},
                         .expected = "lines `id|text` in metadata.csv",
                         .advice = {}});
}

// Wraps `known` so that the `where` of the rows that it gets begins with the folder.
dataset::FindRecording known_in(const dataset::FindRecording& known, const std::string& folder) {
  if (!known) return {};
  return [&known, prefix = folder + "/"](const manifest::ManifestRow& row) {
    manifest::ManifestRow named = row;
    named.where.insert(0, prefix);
    return known(named);
  };
}

// Puts the folder in front of the speakers, the `where` and the layout of one of several folders.
void name_by_folder(CheckedDataset& checked, std::vector<dataset::Clip>& clips, const std::string& folder) {
  const std::string prefix = folder + "/";
  for (dataset::Clip& clip : clips) {
    clip.speaker.insert(0, prefix);
    clip.where.insert(0, prefix);
  }
  for (Finding& finding : checked.findings) finding.where.insert(0, prefix);
  checked.layout.insert(0, prefix);
}

template <typename Items>
void append(Items& items, const Items& others) {
  items.insert(items.end(), others.begin(), others.end());
}

}  // namespace

DataFolder parse_data_folder(const core::FileSystem& files, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || files.exists(text)) return {.path = text, .weight = 1};
  const double weight = parse_weight(std::string_view(text).substr(colon + 1));
  if (weight == 0) return {.path = text, .weight = 1};
  return {.path = text.substr(0, colon), .weight = weight};
}

CheckedDataset check_folders(const core::FileSystem& files, std::span<const std::string> folders,
                             manifest::Subset subset, const config::DataSettings& settings,
                             const NormaliseText& normalise, Depth depth, const dataset::FindRecording& known) {
  CheckedDataset all;
  std::vector<dataset::Clip> clips;
  for (const std::string& text : folders) {
    const DataFolder folder = parse_data_folder(files, text);
    const manifest::Manifest manifest = read_clips(files, folder.path, subset);
    CheckedDataset checked = check_data_set(files, manifest, settings, normalise, depth,
                                            folders.size() > 1 ? known_in(known, folder.path.string()) : known);
    std::vector<dataset::Clip> part(checked.dataset.clips().begin(), checked.dataset.clips().end());
    for (dataset::Clip& clip : part) clip.weight = folder.weight;
    if (folders.size() > 1) name_by_folder(checked, part, folder.path.string());
    append(clips, part);
    append(all.measures, checked.measures);
    append(all.findings, checked.findings);
    all.layout += (all.layout.empty() ? "" : "; ") + checked.layout;
    all.total += checked.total;
  }
  all.dataset = dataset::Dataset(std::move(clips));
  return all;
}

}  // namespace myxtts::quality

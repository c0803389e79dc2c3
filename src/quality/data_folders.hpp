#pragma once
// Several data folders as one data set.

#include <span>
#include <string>

#include "quality/check.hpp"

namespace myxtts::quality {

struct DataFolder {
  core::Path path;
  double weight = 1;  // how often its clips are visited in an epoch
};

// "FOLDER", or "FOLDER:2.5" with a weight, where no file is called so and what is behind the colon is a number over 0.
[[nodiscard]] DataFolder parse_data_folder(const core::FileSystem& files, const std::string& text);

// Reads and checks the data sets in `folders` (as parse_data_folder reads them). In a set of several folders a speaker
// is told apart by folder, and the places of clips name it. Throws: DataError as read_manifest and check_data_set do,
// and where a folder's manifest names no clips.
[[nodiscard]] CheckedDataset check_folders(const core::FileSystem& files, std::span<const std::string> folders,
                                           manifest::Subset subset, const config::DataSettings& settings,
                                           const NormaliseText& normalise, Depth depth = Depth::kHeaders,
                                           const dataset::FindRecording& known = {});

}  // namespace myxtts::quality

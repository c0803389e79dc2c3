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

// Parses "FOLDER" or, with a weight, "FOLDER:2.5". The text is a name without weight if a file of that name exists, or
// if no number over 0 follows the last colon.
[[nodiscard]] DataFolder parse_data_folder(const core::FileSystem& files, const std::string& text);

// Reads and checks the data sets in `folders` (texts as parse_data_folder parses them). With several folders, the names
// of speakers and the `where` of clips begin with the folder. Throws: DataError as read_manifest and check_data_set do,
// and if a folder's manifest names no clips.
[[nodiscard]] CheckedDataset check_folders(const core::FileSystem& files, std::span<const std::string> folders,
                                           manifest::Subset subset, const config::DataSettings& settings,
                                           const NormaliseText& normalise, Depth depth = Depth::kHeaders,
                                           const dataset::FindRecording& known = {});

}  // namespace myxtts::quality

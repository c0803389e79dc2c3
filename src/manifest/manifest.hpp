#pragma once
// The list of clips in a data folder.

#include <string>
#include <vector>

#include "core/file_system.hpp"
#include "manifest/manifest_rows.hpp"

namespace myxtts::manifest {

enum class Subset { kTrain, kEvaluation, kAll };

// A clip that is left out, and why.
struct Rejection {
  std::string id;
  std::string where;
  std::string reason;
};

struct Manifest {
  core::Path folder;
  std::vector<ManifestRow> rows;
  std::vector<Rejection> rejections;  // lines that name no usable clip
  std::string layout;                 // "metadata.csv: LJSpeech lines": how it was recognised, for the user
};

// Reads the manifest of `folder`: metadata.csv, .tsv, .jsonl or .json, the first that is there, in any of the layouts
// of parse_manifest. Training reads metadata_train.csv (or .tsv, ...), evaluation metadata_eval.csv, each falling back
// on metadata.csv; kAll reads metadata.csv, or else both others. A file speakers.csv beside it (`id|speaker`) names the
// speakers of the clips for which the manifest itself names none; for the others the speaker is "".
// A line that cannot be used (broken UTF-8, wrong number of fields, no text, an id that is empty, leads out of the
// folder or is there twice) is rejected by itself. Throws: DataError where the folder has no manifest that can be read,
// and for a damaged speakers.csv.
[[nodiscard]] Manifest read_manifest(const core::FileSystem& files, const core::Path& folder, Subset subset);

}  // namespace myxtts::manifest

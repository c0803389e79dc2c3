#pragma once
// The list of clips in a data folder.

#include <string>
#include <vector>

#include "core/file_system.hpp"
#include "manifest/manifest_rows.hpp"

namespace myxtts::manifest {

enum class Subset { kTrain, kEvaluation, kAll };

// A clip that is left out, and why.
struct RejectedLine {
  std::string id;
  std::string where;
  std::string reason;
};

struct Manifest {
  core::Path folder;
  std::vector<ManifestRow> rows;
  std::vector<RejectedLine> rejections;  // lines that name no usable clip
  std::string layout;                    // the recognised layout, for the user: "metadata.csv: LJSpeech lines"
};

// Reads the manifest of `folder`: the first that exists of metadata.csv, .tsv, .jsonl and .json, in any of the layouts
// of parse_manifest. Training reads metadata_train.csv (or .tsv, ...), evaluation metadata_eval.csv; without them, both
// read metadata.csv. kAll reads metadata.csv or, without it, both others. A file speakers.csv beside the manifest
// (`id|speaker`) names the speakers of clips for which the manifest names none; a clip that neither names has "".
// A line that cannot be used is rejected alone: broken UTF-8, a wrong number of fields, no text, or an id that is
// empty, leads out of the folder or occurs twice. Throws: DataError if the folder has no readable manifest, or its
// speakers.csv is damaged.
[[nodiscard]] Manifest read_manifest(const core::FileSystem& files, const core::Path& folder, Subset subset);

}  // namespace myxtts::manifest

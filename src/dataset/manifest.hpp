#pragma once
// The list of clips in a folder of the LJSpeech layout.

#include <string>
#include <vector>

#include "core/file_system.hpp"

namespace myxtts::dataset {

enum class Subset { kTrain, kEvaluation, kAll };

struct ManifestRow {
  std::string id;
  std::string text;  // the normalised field where it is there, else the plain one
  std::string speaker;
  std::string where;  // "metadata.csv:12"
};

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
};

// Reads the manifest of `folder`: lines `id|text` or `id|text|normalised text`, without quoting, in UTF-8.
// Training reads metadata_train.csv, evaluation metadata_eval.csv, each falling back on metadata.csv; kAll reads
// metadata.csv, or else both others. A file speakers.csv beside it (`id|speaker`) names speakers; without it, and for
// clips that it leaves out, the speaker is "".
// A line that cannot be used (broken UTF-8, wrong number of fields, no text, an id that is empty, a path or there
// twice) is rejected by itself. Throws: DataError where the folder has no manifest that can be read, and for a damaged
// speakers.csv.
[[nodiscard]] Manifest read_manifest(const core::FileSystem& files, const core::Path& folder, Subset subset);

}  // namespace myxtts::dataset

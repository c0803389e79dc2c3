#pragma once
// Everything that can be said about a data set before it is trained on.

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "core/file_system.hpp"
#include "dataset/clip_limit.hpp"
#include "quality/check.hpp"
#include "quality/clip_losses.hpp"

namespace myxtts::quality {

struct Preflight {
  std::string folder;
  Depth depth = Depth::kSamples;
  double max_rejected = 0;
  CheckedDataset checked;        // with all findings
  std::vector<ClipLoss> losses;  // of the dataset's clips, in their order; none where no voice model was asked

  [[nodiscard]] std::size_t rejected() const { return count_rejected(checked.findings); }
  // Whether `train` would start.
  [[nodiscard]] bool passed() const { return dataset::within_limit(rejected(), checked.total, max_rejected); }
};

// Checks the whole set in settings.data.train as `train` does, and further: with the samples at Depth::kSamples, and
// each clip beside the others. Characters are looked up in the tokenizer file that settings.text names; where it names
// none, because a run makes its vocabulary from the set, rare ones are named.
// Throws: DataError where there is no manifest, no recordings, or a damaged vocabulary; ConfigError where the language
// has no normaliser or the vocabulary lacks it.
[[nodiscard]] Preflight preflight(const core::FileSystem& files, const config::Settings& settings, Depth depth);

}  // namespace myxtts::quality

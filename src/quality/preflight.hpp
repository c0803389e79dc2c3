#pragma once
// The check of a data set before anything is trained on it.

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
  std::vector<ClipLoss> losses;  // one per clip of the dataset, in its order; empty without a voice model

  [[nodiscard]] std::size_t rejected() const { return count_rejected(checked.findings); }
  // Whether `train` would start.
  [[nodiscard]] bool passed() const { return dataset::within_limit(rejected(), checked.total, max_rejected); }
};

// Checks the whole set in settings.data.train as `train` does, and more: the samples at Depth::kSamples, and each clip
// in comparison with the others. Reports characters that the tokenizer file of settings.text lacks; without such a
// file, a run makes its vocabulary from the set, and rare characters are reported instead.
// Throws: DataError if there is no manifest, there are no recordings, or the vocabulary is damaged; ConfigError if the
// language has no normaliser or the vocabulary lacks the language.
[[nodiscard]] Preflight preflight(const core::FileSystem& files, const config::Settings& settings, Depth depth);

}  // namespace myxtts::quality

#pragma once
// Everything that can be said about a data set before it is trained on.

#include "config/settings.hpp"
#include "core/file_system.hpp"
#include "dataset/check.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::dataset {

struct Preflight {
  std::string folder;
  Depth depth = Depth::kSamples;
  double max_rejected = 0;
  CheckedDataset checked;  // with all findings

  [[nodiscard]] std::size_t rejected() const { return count_rejected(checked.findings); }
  // Whether `train` would start.
  [[nodiscard]] bool passed() const { return within_limit(rejected(), checked.total, max_rejected); }
};

// Checks the whole set in settings.data.train as `train` does, and further: with the samples at Depth::kSamples, and
// each clip beside the others. Characters are looked up in `vocabulary`; where it is nullptr, as for a run that makes
// its own, rare ones are named. Throws: DataError where there is no manifest or no recordings, ConfigError where the
// language has no normaliser or the vocabulary lacks it.
[[nodiscard]] Preflight preflight(const core::FileSystem& files, const config::Settings& settings,
                                  const text::Tokenizer* vocabulary, Depth depth);

}  // namespace myxtts::dataset

#pragma once
// Which clips of a manifest can be used. Nothing is left out without a reason that the user sees.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "core/console.hpp"
#include "core/file_system.hpp"
#include "dataset/dataset.hpp"
#include "dataset/known_recordings.hpp"
#include "manifest/manifest.hpp"
#include "quality/finding.hpp"
#include "quality/signal.hpp"

namespace myxtts::quality {

// `language` is the clip's own, one that has a normaliser; "" where the manifest names none.
using NormaliseText = std::function<std::string(std::string_view text, const std::string& language)>;
using EncodeText =
    std::function<std::vector<std::int32_t>(std::string_view normalised_text, const std::string& language)>;

enum class Depth {
  kHeaders,  // each file's start and end; floating-point samples whole
  kSamples,  // each file whole, and its samples are measured
};

struct CheckedDataset {
  dataset::Dataset dataset;
  std::vector<SignalMeasures> measures;  // of the dataset's clips, in their order; none at Depth::kHeaders
  std::vector<Finding> findings;         // the manifest's first
  std::size_t total = 0;                 // clips that the manifest names, usable or not
  std::string layout;                    // how the manifest was recognised, for the user
};

// Finds each clip's recording (recordings.hpp), reads it once as far as `depth` says, and checks its length and text;
// assign_tokens does the rest. A clip whose recording cannot be read is rejected; where it is `known` it stays as a
// lost one, too, so that a run that was made with it keeps its order of clips. What `normalise` throws as DataError
// rejects the clip. settings.workers threads call it, or one. Throws: DataError where the folder holds no recordings.
[[nodiscard]] CheckedDataset check_data_set(const core::FileSystem& files, const manifest::Manifest& manifest,
                                            const config::DataSettings& settings, const NormaliseText& normalise,
                                            Depth depth = Depth::kHeaders, const dataset::FindRecording& known = {});

// Gives every clip its tokens and rejects those with more than settings.max_text_tokens, or whose text `encode` throws
// DataError for: the second pass, as the vocabulary may be made from the transcripts that passed the first.
void assign_tokens(CheckedDataset& checked, const config::DataSettings& settings, const EncodeText& encode);

[[nodiscard]] std::size_t count_rejected(std::span<const Finding> findings);
// Clips with at least one finding that is no rejection.
[[nodiscard]] std::size_t count_suspicious(std::span<const Finding> findings);

// Tells the user which clips were rejected and why.
// Throws: DataError where more than `max_rejected` (a share, 0-1) of `total` clips are rejected, or all of them.
void enforce_rejection_limit(std::span<const Finding> findings, std::size_t total, double max_rejected,
                             core::Console& console);

}  // namespace myxtts::quality

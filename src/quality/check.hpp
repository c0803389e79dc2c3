#pragma once
// Decides which clips of a manifest can be used. Each rejected clip has a reason that the user sees.

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

// `language` is the clip's language, which has a normaliser; "" if the manifest names none.
using NormaliseText = std::function<std::string(std::string_view text, const std::string& language)>;
using EncodeText =
    std::function<std::vector<std::int32_t>(std::string_view normalised_text, const std::string& language)>;

enum class Depth {
  kHeaders,  // reads the start and end of each file, and all of a file with floating-point samples
  kSamples,  // reads all of each file and measures its samples
};

struct CheckedDataset {
  dataset::Dataset dataset;
  std::vector<SignalMeasures> measures;  // one per clip of the dataset, in its order; empty at Depth::kHeaders
  std::vector<Finding> findings;         // those of the manifest come first
  std::size_t total = 0;                 // clips that the manifest names, usable or not
  std::string layout;                    // the recognised layout of the manifest, for the user
};

// Finds the recording of each clip (recordings.hpp), reads it once as far as `depth` says, and checks its length and
// text; assign_tokens does the rest. A clip whose recording cannot be read is rejected. If `known` knows the recording,
// the clip also stays in the data set as lost, so that a run that was made with it keeps its order of clips. A
// DataError from `normalise` rejects the clip; it is called from settings.workers threads, at least one.
// Throws: DataError if the folder holds no recordings.
[[nodiscard]] CheckedDataset check_data_set(const core::FileSystem& files, const manifest::Manifest& manifest,
                                            const config::DataSettings& settings, const NormaliseText& normalise,
                                            Depth depth = Depth::kHeaders, const dataset::FindRecording& known = {});

// The second pass, because the vocabulary may be made from the transcripts that passed the first: gives each clip its
// tokens. Rejects clips with more than settings.max_text_tokens, or for whose text `encode` throws DataError.
void assign_tokens(CheckedDataset& checked, const config::DataSettings& settings, const EncodeText& encode);

[[nodiscard]] std::size_t count_rejected(std::span<const Finding> findings);
// Number of clips with at least one finding that is not a rejection.
[[nodiscard]] std::size_t count_suspicious(std::span<const Finding> findings);

// Tells the user which clips were rejected and why.
// Throws: DataError if more than `max_rejected` (a share, 0-1) of `total` clips are rejected, or all of them.
void enforce_rejection_limit(std::span<const Finding> findings, std::size_t total, double max_rejected,
                             core::Console& console);

}  // namespace myxtts::quality

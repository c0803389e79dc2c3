#pragma once
// What looks wrong about a clip beside the other clips of its set.

#include <span>
#include <string_view>
#include <vector>

#include "dataset/dataset.hpp"
#include "quality/check.hpp"
#include "quality/finding.hpp"
#include "quality/signal.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::quality {

// Letters a second of each clip; without its silent ends where `measures` tells them (it may be empty).
[[nodiscard]] std::vector<double> speech_rates(const dataset::Dataset& dataset,
                                               std::span<const SignalMeasures> measures);

// Speech rate, loudness, sample rate, recordings and texts that are there twice, speakers with one clip. Rates are
// compared with robust statistics (median and median deviation), so that wrong clips do not hide themselves.
[[nodiscard]] std::vector<Finding> compare_clips(const dataset::Dataset& dataset,
                                                 std::span<const SignalMeasures> measures);

// Characters that the vocabulary lacks.
[[nodiscard]] std::vector<Finding> unknown_characters(const dataset::Dataset& dataset,
                                                      const text::Tokenizer& vocabulary);

// Characters that stand in one or two clips only, where the vocabulary is made from the set; an English letter
// may in a text of that language. `language` is that of clips for which the manifest names none.
[[nodiscard]] std::vector<Finding> rare_characters(const dataset::Dataset& dataset, std::string_view language);

// Adds all of these. Characters are looked up in `vocabulary`; where it is nullptr, as for a run that makes its own,
// rare ones are named.
void add_set_findings(CheckedDataset& checked, const text::Tokenizer* vocabulary, std::string_view language);

}  // namespace myxtts::quality

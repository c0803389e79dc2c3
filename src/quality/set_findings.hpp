#pragma once
// Finds what looks wrong about a clip in comparison with the other clips of its set.

#include <span>
#include <string_view>
#include <vector>

#include "dataset/dataset.hpp"
#include "quality/check.hpp"
#include "quality/finding.hpp"
#include "quality/signal.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::quality {

// Letters per second of each clip. Silent ends are not counted if `measures` is given (it may be empty).
[[nodiscard]] std::vector<double> speech_rates(const dataset::Dataset& dataset,
                                               std::span<const SignalMeasures> measures);

// Compares speech rates, loudnesses and sample rates, and finds duplicate recordings, duplicate texts and speakers with
// one clip. Rates are compared by robust statistics (median and median absolute deviation), which defective clips
// hardly change.
[[nodiscard]] std::vector<Finding> compare_clips(const dataset::Dataset& dataset,
                                                 std::span<const SignalMeasures> measures);

// Finds characters that the vocabulary lacks.
[[nodiscard]] std::vector<Finding> unknown_characters(const dataset::Dataset& dataset,
                                                      const text::Tokenizer& vocabulary);

// Finds characters that occur in only one or two clips, for a vocabulary made from the set; English letters in an
// English text are not reported. `language` is the language of clips for which the manifest names none.
[[nodiscard]] std::vector<Finding> rare_characters(const dataset::Dataset& dataset, std::string_view language);

// Adds all findings above: characters that `vocabulary` lacks or, if it is nullptr because the run makes its own, rare
// characters.
void add_set_findings(CheckedDataset& checked, const text::Tokenizer* vocabulary, std::string_view language);

}  // namespace myxtts::quality

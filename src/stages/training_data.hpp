#pragma once
// A data set that is ready for training: checked, tokenised, split.

#include <functional>
#include <memory>
#include <string>

#include "config/settings.hpp"
#include "core/console.hpp"
#include "dataset/broken_clips.hpp"
#include "dataset/dataset.hpp"
#include "dataset/known_recordings.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::stages {

struct TrainingData {
  dataset::Dataset train;
  dataset::Dataset validation;  // may be empty
  std::string tokenizer_json;
  std::shared_ptr<dataset::BrokenClips> broken;  // records broken recordings; null: each is an error
};

// The data that a resumed run was made with; empty if its checkpoint does not hold it.
struct RecordedData {
  dataset::KnownRecordings recordings;
  std::string checksum;  // checksum_of() the run's data
};

// Reads and checks the folders of settings.data, prints the rejected clips and the split, and makes the vocabulary of
// settings.text (or, if `tokenizer_json` is not empty, uses that of the resumed run). A lost clip keeps its place if
// `recorded` has its recording. A data set that the recorded run did not split is not split.
// Throws DataError.
[[nodiscard]] TrainingData load_training_data(const config::Settings& settings, const std::string& tokenizer_json,
                                              core::Console& console, const RecordedData& recorded = {});

// The recordings of a run's clips, for a later RecordedData.
[[nodiscard]] dataset::KnownRecordings known_recordings(const config::Settings& settings, const TrainingData& data);

// The whole data set of settings.data.train, tokenised with a known vocabulary. Throws DataError.
[[nodiscard]] dataset::Dataset load_data_set(const config::Settings& settings, const text::Tokenizer& tokenizer,
                                             core::Console& console);

// Checksum of every clip's id, speaker, language, text and length, in order: of all that decides a run's batches.
[[nodiscard]] std::string checksum_of(const TrainingData& data);

}  // namespace myxtts::stages

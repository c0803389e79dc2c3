#pragma once
// A data set, ready to be trained on: checked, tokenised, split.

#include <functional>
#include <memory>
#include <string>

#include "config/settings.hpp"
#include "core/console.hpp"
#include "dataset/broken_clips.hpp"
#include "dataset/dataset.hpp"
#include "dataset/known_recordings.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::system {

struct TrainingData {
  dataset::Dataset train;
  dataset::Dataset validation;  // may be empty
  std::string tokenizer_json;
  std::shared_ptr<dataset::BrokenClips> broken;  // told of recordings that break; null: each is an error
};

// What a run that is resumed was made with; empty where its checkpoint does not tell.
struct RecordedData {
  dataset::KnownRecordings recordings;
  std::string checksum;  // checksum_of() its data
};

// Reads and checks the folders of settings.data, tells the user what was rejected and how the set is split, and makes
// the vocabulary that settings.text asks for (or takes the one given, of a run that is resumed). Clips whose recordings
// are lost stay where `recorded` has them. A set that the recorded run did not split stays whole.
// Throws DataError.
[[nodiscard]] TrainingData load_training_data(const config::Settings& settings, const std::string& tokenizer_json,
                                              core::Console& console, const RecordedData& recorded = {});

// The recordings of a run's clips.
[[nodiscard]] dataset::KnownRecordings known_recordings(const config::Settings& settings, const TrainingData& data);

// The whole data set of settings.data.train, with the tokens of a known vocabulary. Throws DataError.
[[nodiscard]] dataset::Dataset load_data_set(const config::Settings& settings, const text::Tokenizer& tokenizer,
                                             core::Console& console);

// Of every clip's id, speaker, text and length, in order: what decides a run's batches.
[[nodiscard]] std::string checksum_of(const TrainingData& data);

}  // namespace myxtts::system

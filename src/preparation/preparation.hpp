#pragma once
// The data role's work: from a batch plan and recordings to a ready batch on the data device. One class for each stage.

#include <optional>
#include <vector>

#include "contracts/batch.hpp"
#include "dataset/broken_clips.hpp"
#include "dataset/dataset.hpp"
#include "planning/schedule.hpp"
#include "preparation/augmentation.hpp"

namespace myxtts::preparation {

// What a row's recordings decode to, and what was decided about it before.
struct RawRow {
  std::uint32_t clip = 0;
  AugmentationDraw augmentation;  // of the speech and the prompt, neither of which has been through it yet
  media::Samples speech;          // empty where the clip's codes are cached
  media::Samples prompt;
  std::int64_t first_frame = 0;   // mel frames of the speech that a crop leaves out at its start
  std::int64_t codes = 0;         // of the speech at its speed
  std::int64_t first_masked = 0;  // codes [first_masked, end_masked) are in the prompt and not in the loss
  std::int64_t end_masked = 0;
  bool is_broken = false;  // its recording cannot be read: it is silence, and teaches nothing
};

struct RawBatch {
  planning::BatchPlan plan;
  std::vector<RawRow> rows;
};

class Preparation {
 public:
  virtual ~Preparation() = default;
  // Reads and decodes what a plan needs. A function of the plan and the recordings (the cache decides only what is left
  // out). Throws DataError where a recording cannot be read, and there is no BrokenClips or its limit is reached.
  // Thread: any number of threads.
  [[nodiscard]] virtual RawBatch decode(const planning::BatchPlan& plan) const = 0;
  // Makes the batch, on the data device, from frozen parts only. Thread/stream: the data role's.
  [[nodiscard]] virtual contracts::Batch prepare(RawBatch raw) = 0;
  // Every tensor that the preparation keeps: mel filters aside, its frozen models and caches.
  [[nodiscard]] virtual std::vector<torch::Tensor> kept_tensors() const = 0;
  // Of these, what is kept for later batches and grows with them. Thread: any.
  [[nodiscard]] virtual std::int64_t cached_bytes() const { return 0; }
};

// The recordings of a preparation. Thread: all calls are thread-safe.
class ClipReader {
 public:
  // `broken`: who is told of a recording that cannot be read; nullptr: it is an error, as of Dataset::get.
  ClipReader(const dataset::Dataset& data, dataset::BrokenClips* broken) : data_(data), broken_(broken) {}

  [[nodiscard]] std::optional<media::Samples> read(std::uint32_t clip, const dataset::FrameSpan& span = {}) const;
  // A row's speech; where its recording is broken, as much silence, and the row says so.
  [[nodiscard]] media::Samples read_speech(RawRow& row, const dataset::FrameSpan& span = {}) const;

 private:
  const dataset::Dataset& data_;
  dataset::BrokenClips* broken_;
};

// The header of a batch of these rows.
[[nodiscard]] contracts::BatchHeader header_of(const RawBatch& raw);

}  // namespace myxtts::preparation

#pragma once
// The data role's work: turns a batch plan and recordings into a batch on the data device. One class for each stage.

#include <optional>
#include <vector>

#include "contracts/batch.hpp"
#include "dataset/broken_clips.hpp"
#include "dataset/dataset.hpp"
#include "planning/schedule.hpp"
#include "preparation/augmentation.hpp"

namespace myxtts::preparation {

// The decoded recordings of a row, and the decisions of its plan.
struct RawRow {
  std::uint32_t clip = 0;
  AugmentationDraw augmentation;  // of speech and prompt; not applied yet
  media::Samples speech;          // empty if the clip's codes are cached
  media::Samples prompt;
  std::int64_t first_frame = 0;   // mel frames of the speech that the crop skips at its start
  std::int64_t codes = 0;         // number of codes of the speech at its speed
  std::int64_t first_masked = 0;  // codes [first_masked, end_masked) are in the prompt and excluded from the loss
  std::int64_t end_masked = 0;
  bool is_broken = false;  // its recording cannot be read: it is silence, excluded from the loss
};

struct RawBatch {
  planning::BatchPlan plan;
  std::vector<RawRow> rows;
};

class Preparation {
 public:
  virtual ~Preparation() = default;
  // Reads and decodes the recordings of a plan. The result depends only on the plan and the recordings (the cache
  // decides only what is skipped). Throws DataError if a recording cannot be read and the BrokenClips are null or at
  // their limit.
  // Thread: any number of threads.
  [[nodiscard]] virtual RawBatch decode(const planning::BatchPlan& plan) const = 0;
  // Makes the batch on the data device, using only frozen models. Thread/stream: the data role's.
  [[nodiscard]] virtual contracts::Batch prepare(RawBatch raw) = 0;
  // All tensors that the preparation keeps, its frozen models and caches, except mel filters.
  [[nodiscard]] virtual std::vector<torch::Tensor> kept_tensors() const = 0;
  // Bytes of the cache that grows from batch to batch. Thread: any.
  [[nodiscard]] virtual std::int64_t cached_bytes() const { return 0; }
};

// Reads the recordings of a preparation. Thread: all calls are thread-safe.
class ClipReader {
 public:
  // `broken`: records clips that cannot be read; nullptr: such a clip is an error, as in Dataset::get.
  ClipReader(const dataset::Dataset& data, dataset::BrokenClips* broken) : data_(data), broken_(broken) {}

  [[nodiscard]] std::optional<media::Samples> read(std::uint32_t clip, const dataset::FrameSpan& span = {}) const;
  // A row's speech. If its recording is broken, returns silence of the same length and sets row.is_broken.
  [[nodiscard]] media::Samples read_speech(RawRow& row, const dataset::FrameSpan& span = {}) const;

 private:
  const dataset::Dataset& data_;
  dataset::BrokenClips* broken_;
};

// The header of a batch of these rows.
[[nodiscard]] contracts::BatchHeader header_of(const RawBatch& raw);

}  // namespace myxtts::preparation

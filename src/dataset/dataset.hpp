#pragma once
// Clips that passed every check, and their recordings.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/file_system.hpp"
#include "media/audio_file.hpp"

namespace myxtts::dataset {

struct Clip {
  std::string id;
  core::Path file;
  std::string speaker;
  std::string text;                  // normalised
  std::vector<std::int32_t> tokens;  // of the text; empty until a tokenizer exists
  media::AudioInfo audio;
  std::string where;     // "metadata.csv:12"
  std::string language;  // of the text: "fa"; "": the manifest names none, text.language is used
  double weight = 1;     // how often it is visited in an epoch
  bool is_lost = false;  // its recording cannot be read, but the resumed run was made with it
};

// A part of a recording, in frames at its own rate.
struct FrameSpan {
  std::int64_t first = 0;
  std::int64_t count = media::kAllFrames;
};

// A clip with its samples. It must not outlive the Dataset that it came from.
struct Utterance {
  const Clip* clip = nullptr;
  media::Samples samples;
};

// Thread: all const calls are thread-safe.
class Dataset {
 public:
  Dataset() = default;
  explicit Dataset(std::vector<Clip> clips);

  [[nodiscard]] std::size_t size() const { return clips_.size(); }
  [[nodiscard]] const Clip& clip(std::size_t index) const { return clips_.at(index); }
  [[nodiscard]] std::span<const Clip> clips() const { return clips_; }
  [[nodiscard]] std::vector<std::string> ids() const;
  [[nodiscard]] double total_seconds() const;
  // The weight of each clip; empty if all are 1.
  [[nodiscard]] std::vector<double> weights() const;

  // Decodes a clip or a part of it; the same samples on every call.
  // Throws: DataError if a compressed recording is damaged after its header (the check reads only its start and end),
  // or has changed since the check.
  [[nodiscard]] Utterance get(std::size_t index, const FrameSpan& span = {}) const;

  // All clips of the speaker of clip `index`, itself included, in the manifest's order.
  [[nodiscard]] std::span<const std::uint32_t> clips_of_speaker(std::size_t index) const;

  // The clips at `indices`, in that order, as a new data set.
  [[nodiscard]] Dataset subset(std::span<const std::uint32_t> indices) const;

 private:
  std::vector<Clip> clips_;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> by_speaker_;
};

}  // namespace myxtts::dataset

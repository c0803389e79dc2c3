#pragma once
// Speech aligned with its words by the program pocketsphinx_batch, where it is installed.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/file_system.hpp"
#include "long_recordings/pauses.hpp"
#include "long_recordings/pronunciations.hpp"
#include "media/audio_file.hpp"

namespace myxtts::long_recordings {

struct SpokenWord {
  std::string word;
  bool begins_sentence = false;
};

// English only. Its files lie in a folder of its own among the system's temporary ones while it lives.
class Pocketsphinx {
 public:
  static constexpr int kLowestRateHz = 16000;

  // Throws: core::DataError that says what to install.
  explicit Pocketsphinx(core::FileSystem& files);
  ~Pocketsphinx();
  Pocketsphinx(const Pocketsphinx&) = delete;
  Pocketsphinx& operator=(const Pocketsphinx&) = delete;

  // Where in `samples` the words are spoken, in order, beginning with the first; the samples may end before the words
  // do, and sentences may be missing. One value for each word: none for a word that is not heard.
  // Units: seconds from the first sample.
  // Throws: core::Error where the program fails.
  [[nodiscard]] std::vector<std::optional<Interval>> align(const media::Samples& samples,
                                                           std::span<const SpokenWord> words);

 private:
  [[nodiscard]] std::vector<std::string> arguments(int sample_rate_hz) const;

  core::FileSystem& files_;
  core::Path folder_;
  Pronunciations pronunciations_;
};

}  // namespace myxtts::long_recordings

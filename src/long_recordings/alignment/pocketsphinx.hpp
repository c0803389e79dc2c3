#pragma once
// Aligns speech with its words by the program pocketsphinx_batch, if it is installed.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/file_system.hpp"
#include "core/temporary_folder.hpp"
#include "long_recordings/alignment/pronunciations.hpp"
#include "long_recordings/pauses.hpp"
#include "media/audio_file.hpp"

namespace myxtts::long_recordings {

struct SpokenWord {
  std::string word;
  bool begins_sentence = false;
};

using HeardWords = std::vector<std::optional<Interval>>;

// English only. Keeps its files in a temporary folder of its own, which is removed with the object.
class Pocketsphinx {
 public:
  static constexpr int kLowestRateHz = 16000;

  // Throws: core::DataError that says what to install.
  explicit Pocketsphinx(core::FileSystem& files);

  // Finds where in each of `pieces` some of the words are spoken, in order and without a gap. A piece begins with the
  // word `first_word` or, less likely, with another one, and may leave out sentences; if `first_word` is not set, it
  // begins with any word. Returns for each piece one value per word; it is not set for a word that is not heard. All
  // pieces must have the same sample rate.
  // Units: seconds from the piece's first sample.
  // Throws: core::Error if the program fails.
  [[nodiscard]] std::vector<HeardWords> listen(std::span<const media::Samples> pieces,
                                               std::span<const SpokenWord> words,
                                               std::optional<std::size_t> first_word);

 private:
  void write(const char* name, std::string_view text);
  void write_words(std::span<const SpokenWord> words, std::optional<std::size_t> first_word);
  [[nodiscard]] std::vector<std::string> arguments(int sample_rate_hz) const;

  core::FileSystem& files_;
  core::TemporaryFolder folder_;
  Pronunciations pronunciations_;
};

}  // namespace myxtts::long_recordings

#pragma once
// Speech aligned with its words by the program pocketsphinx_batch, where it is installed.

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

// English only. Its files lie in a folder of its own among the system's temporary ones while it lives.
class Pocketsphinx {
 public:
  static constexpr int kLowestRateHz = 16000;

  // Throws: core::DataError that says what to install.
  explicit Pocketsphinx(core::FileSystem& files);

  // Where in each of `pieces` some of the words are spoken, in order and without a gap. A piece begins with the word
  // `first_word` or, less likely, with another one, and may leave out sentences; without it, it begins with any word.
  // For each piece one value a word: none for a word that is not heard. The pieces have one sample rate.
  // Units: seconds from the piece's first sample.
  // Throws: core::Error where the program fails.
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

#pragma once
// Speech by libespeak-ng.

#include <string>

#include "media/audio_file.hpp"

namespace myxtts::sample_data {

// A voice of espeak-ng. The library's noise continues from one sentence to the next, so equal samples need the same
// sentences in the same order from the start of the process.
// Thread: all calls are thread-safe; one voice speaks at a time.
class EspeakVoice {
 public:
  // A language, alone or with a variant: "en-us", "en-us+f2".
  // Throws: core::DataError if the voice is unknown, core::Error if espeak-ng or its data is not installed.
  explicit EspeakVoice(std::string name, int words_a_minute = 120);

  // Speaks a text at 22,050 Hz, scaled to a maximum peak of 0.7.
  // Throws: core::DataError if no part of the text can be spoken.
  [[nodiscard]] media::Samples speak(const std::string& text) const;

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
  int words_a_minute_;
};

}  // namespace myxtts::sample_data

#pragma once
// Aligns a text without times with its recording.

#include <span>
#include <string>
#include <vector>

#include "core/console.hpp"
#include "core/file_system.hpp"
#include "long_recordings/alignment/forced_alignment.hpp"
#include "long_recordings/clip_plan.hpp"
#include "long_recordings/sources.hpp"
#include "long_recordings/spoken_text.hpp"

namespace myxtts::long_recordings {

class TimelessText {
 public:
  // Throws: core::DataError for a text that cannot be used, and if pocketsphinx is not installed.
  TimelessText(core::FileSystem& files, const Source& source, const std::string& language, core::Console& console);

  // Finds where the text is spoken, between pauses.
  [[nodiscard]] PhraseList place(std::span<const Interval> pauses);

  // Recognises each clip once more on its own, and leaves out those in which other words are heard.
  void confirm(ClipPlan& plan);

 private:
  const Source& source_;
  core::Console& console_;
  std::vector<WrittenWord> written_;
  std::vector<SpokenWord> spoken_;
  Pocketsphinx listener_;
};

}  // namespace myxtts::long_recordings

#include "long_recordings/timeless_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "long_recordings/alignment/text_placement.hpp"
#include "long_recordings/text_lines.hpp"

namespace myxtts::long_recordings {
namespace {

std::vector<WrittenWord> read_text(const core::FileSystem& files, const core::Path& file, const std::string& language) {
  const std::string bytes = files.read(file);
  std::string text = fmt::format("{}", fmt::join(read_lines(bytes, file.string()), "\n"));
  std::ranges::replace(text, '|', ' ');  // metadata.csv separates its fields by it
  std::vector<WrittenWord> words = read_spoken_text(text, language);
  if (std::ranges::any_of(words, [](const WrittenWord& word) { return !word.spoken.empty(); })) return words;
  throw core::DataError(
      {.what = "no word in the text", .where = file.string(), .value = {}, .expected = {}, .advice = {}});
}

std::vector<SpokenWord> spoken_words(const std::vector<WrittenWord>& written) {
  std::vector<SpokenWord> spoken;
  bool begins_sentence = true;
  for (const WrittenWord& word : written) {
    for (const std::string& part : word.spoken) {
      spoken.push_back({.word = part, .begins_sentence = begins_sentence});
      begins_sentence = false;
    }
    begins_sentence = begins_sentence || word.ends_sentence;
  }
  return spoken;
}

// A written word lasts from its first spoken word to its last; it counts as heard only if all of them are heard.
std::vector<AlignedWord> align_written(const std::vector<WrittenWord>& written, const HeardWords& heard) {
  std::vector<AlignedWord> words;
  std::size_t next = 0;
  for (const WrittenWord& word : written) {
    const WordRange range{next, next + word.spoken.size()};
    AlignedWord aligned{.written = word.written, .interval = {}, .letters = 0, .spoken = range};
    const std::span parts = std::span(heard).subspan(next, word.spoken.size());
    for (const std::string& part : word.spoken) aligned.letters += part.size();
    if (!parts.empty() && std::ranges::all_of(parts, [](const auto& part) { return part.has_value(); })) {
      aligned.interval = Interval{parts.front()->begin_seconds, parts.back()->end_seconds};
    }
    next = range.end;
    words.push_back(std::move(aligned));
  }
  return words;
}

}  // namespace

TimelessText::TimelessText(core::FileSystem& files, const Source& source, const std::string& language,
                           core::Console& console)
    : source_(source),
      console_(console),
      written_(read_text(files, source.transcript, language)),
      spoken_(spoken_words(written_)),
      listener_(files) {}

PhraseList TimelessText::place(std::span<const Interval> pauses) {
  const HeardWords heard = align_recording(source_.recording, spoken_, pauses, listener_, console_);
  return place_words(align_written(written_, heard), pauses, source_.transcript.filename().string());
}

void TimelessText::confirm(ClipPlan& plan) {
  const std::vector<bool> confirmed = confirm_clips(source_.recording, plan.clips, spoken_, listener_, console_);
  std::vector<PlannedClip> kept;
  for (std::size_t i = 0; i < plan.clips.size(); ++i) {
    PlannedClip& clip = plan.clips[i];
    if (confirmed[i]) {
      kept.push_back(std::move(clip));
      continue;
    }
    plan.left_out.push_back({.interval = clip.interval,
                             .text = std::move(clip.text),
                             .where = std::move(clip.where),
                             .reason = "other words are heard than its text says"});
  }
  plan.clips = std::move(kept);
}

}  // namespace myxtts::long_recordings

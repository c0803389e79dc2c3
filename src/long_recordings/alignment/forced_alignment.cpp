#include "long_recordings/alignment/forced_alignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.hpp"
#include "long_recordings/extraction.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr double kWindowSeconds = 120;
constexpr double kSureSeconds = 95;  // later results may depend on speech after the window
constexpr std::size_t kMaxWordsASecond = 6;
constexpr std::size_t kWordsBefore = 150;  // how far a window may go back in the text
constexpr std::size_t kConfirmedAtOnce = 16;
constexpr std::size_t kWordsAround = 60;  // before and after a clip's words, possible in the clip too

class Alignment {
 public:
  Alignment(const core::Path& recording, std::span<const SpokenWord> words, std::span<const Interval> pauses,
            Pocketsphinx& listener)
      : recording_(recording),
        info_(media::probe(recording)),
        words_(words),
        pauses_(pauses),
        listener_(listener),
        heard_(words.size()) {
    if (info_.sample_rate_hz >= Pocketsphinx::kLowestRateHz) return;
    throw core::DataError({.what = "the recording's rate is too low to align it with a text",
                           .where = recording.string(),
                           .value = fmt::format("{} Hz", info_.sample_rate_hz),
                           .expected = fmt::format("at least {} Hz", Pocketsphinx::kLowestRateHz),
                           .advice = "Give subtitles instead."});
  }

  HeardWords run(core::Console& console) {
    while (next_word_ < words_.size() && begin_seconds_ + 0.5 < info_.seconds()) {
      align_window();
      console.progress(fmt::format("{}: aligned {:.0f} of {:.0f} minutes", recording_.filename().string(),
                                   begin_seconds_ / 60, info_.seconds() / 60));
    }
    return std::move(heard_);
  }

 private:
  void align_window() {
    const auto first_frame = static_cast<std::int64_t>(begin_seconds_ * info_.sample_rate_hz);
    const auto frames = static_cast<std::int64_t>(kWindowSeconds * info_.sample_rate_hz);
    const std::size_t before = std::min(next_word_, kWordsBefore);
    const std::size_t most = before + static_cast<std::size_t>(kWindowSeconds) * kMaxWordsASecond;
    const std::size_t first_word = next_word_ - before;
    const auto words = words_.subspan(first_word, std::min(words_.size() - first_word, most));
    const media::Samples samples = media::read_audio(recording_, first_frame, frames);
    HeardWords heard = listener_.listen(std::span(&samples, 1), words, before).front();
    for (auto& word : heard) {
      if (!word) continue;
      word->begin_seconds += begin_seconds_;
      word->end_seconds += begin_seconds_;
    }
    keep(first_word, heard, first_frame + frames >= info_.frames);
  }

  // Keeps all words of the last window. Of another window, keeps the words up to the last certain pause, in which the
  // next window begins.
  void keep(std::size_t first_word, const HeardWords& heard, bool is_last) {
    const double limit_seconds = is_last ? info_.seconds() : begin_seconds_ + kSureSeconds;
    std::size_t kept = is_last ? heard.size() : 0;
    double next_begin = limit_seconds;
    std::optional<std::size_t> first;
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < heard.size(); ++i) {
      if (!heard[i]) continue;
      if (heard[i]->begin_seconds > limit_seconds) break;
      const auto pause =
          last ? pause_between(heard[*last]->middle_seconds(), heard[i]->middle_seconds()) : std::nullopt;
      if (pause && !is_last) {
        next_begin = *pause;
        kept = *last + 1;
      }
      last = i;
      if (!first) first = i;
    }
    begin_seconds_ = next_begin;
    if (!first || kept <= *first) return;
    const auto at = [&](std::size_t word) { return heard_.begin() + static_cast<std::ptrdiff_t>(first_word + word); };
    std::fill(at(*first), heard_.end(), std::nullopt);  // an earlier window went too far in the text
    std::copy_n(heard.begin() + static_cast<std::ptrdiff_t>(*first), kept - *first, at(*first));
    next_word_ = first_word + kept;
  }

  [[nodiscard]] std::optional<double> pause_between(double begin, double end) const {
    const auto pause = std::ranges::lower_bound(pauses_, begin, {}, &Interval::begin_seconds);
    if (pause == pauses_.end() || pause->end_seconds > end) return {};
    return pause->middle_seconds();
  }

  const core::Path& recording_;
  media::AudioInfo info_;
  std::span<const SpokenWord> words_;
  std::span<const Interval> pauses_;
  Pocketsphinx& listener_;
  HeardWords heard_;
  std::size_t next_word_ = 0;
  double begin_seconds_ = 0;
};

// The words of the clips, and some before and after them.
WordRange around(std::span<const PlannedClip> clips, std::size_t word_count) {
  const std::size_t first = clips.front().words.first;
  return {first - std::min(first, kWordsAround), std::min(clips.back().words.end + kWordsAround, word_count)};
}

// The words that are heard in a clip, without those that the recogniser finds in the silence at its ends.
std::vector<std::string> words_in(const HeardWords& heard, std::span<const SpokenWord> words, double seconds) {
  std::vector<std::string> said;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    if (!heard[i] || heard[i]->begin_seconds > seconds - kKeptSilenceSeconds) continue;
    if (heard[i]->end_seconds >= kKeptSilenceSeconds) said.push_back(words[i].word);
  }
  return said;
}

// Whether the words heard are the words wanted. A short word at either end may be missing, because it is hard to
// recognise alone.
bool is_said(std::span<const std::string> said, std::span<const SpokenWord> wanted) {
  constexpr std::size_t kShortWord = 3;
  const auto misses = [&](const SpokenWord& word, bool is_there) {
    return !is_there && word.word.size() <= kShortWord && said.size() < wanted.size();
  };
  if (said.empty() || wanted.empty()) return false;
  if (misses(wanted.front(), said.front() == wanted.front().word)) wanted = wanted.subspan(1);
  if (!wanted.empty() && misses(wanted.back(), said.back() == wanted.back().word)) {
    wanted = wanted.first(wanted.size() - 1);
  }
  const auto adds = [&](const std::string& word, bool is_wanted) {
    return !is_wanted && word.size() <= kShortWord && said.size() > wanted.size() && !wanted.empty();
  };
  if (adds(said.front(), said.front() == wanted.front().word)) said = said.subspan(1);
  if (adds(said.back(), said.back() == wanted.back().word)) said = said.first(said.size() - 1);
  return std::ranges::equal(said, wanted, {}, {}, &SpokenWord::word);
}

}  // namespace

HeardWords align_recording(const core::Path& recording, std::span<const SpokenWord> words,
                           std::span<const Interval> pauses, Pocketsphinx& listener, core::Console& console) {
  return Alignment(recording, words, pauses, listener).run(console);
}

std::vector<bool> confirm_clips(const core::Path& recording, std::span<const PlannedClip> clips,
                                std::span<const SpokenWord> words, Pocketsphinx& listener, core::Console& console) {
  std::vector<Interval> intervals;
  for (const PlannedClip& clip : clips) intervals.push_back(clip.interval);
  std::vector<bool> confirmed;
  std::vector<media::Samples> pieces;
  extract_intervals(recording, intervals, [&](std::size_t index, std::span<const float> mono, int rate) {
    pieces.push_back({.mono = {mono.begin(), mono.end()}, .sample_rate_hz = rate});
    if (pieces.size() < kConfirmedAtOnce && index + 1 < clips.size()) return;
    const auto group = clips.subspan(confirmed.size(), pieces.size());
    const WordRange range = around(group, words.size());
    const auto nearby = words.subspan(range.first, range.end - range.first);
    const std::vector<HeardWords> heard = listener.listen(pieces, nearby, {});
    for (std::size_t i = 0; i < group.size(); ++i) {
      const WordRange& wanted = group[i].words;
      const std::vector<std::string> said = words_in(heard[i], nearby, group[i].interval.seconds());
      confirmed.push_back(is_said(said, words.subspan(wanted.first, wanted.end - wanted.first)));
    }
    pieces.clear();
    console.progress(
        fmt::format("{}: confirmed {} of {} clips", recording.filename().string(), confirmed.size(), clips.size()));
  });
  confirmed.resize(clips.size(), false);
  return confirmed;
}

}  // namespace myxtts::long_recordings

#include "long_recordings/forced_alignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr double kWindowSeconds = 120;
constexpr double kSureSeconds = 95;  // what follows may change with what is behind the window
constexpr std::size_t kMostWordsASecond = 6;

class Alignment {
 public:
  Alignment(const core::Path& recording, std::span<const SpokenWord> words, std::span<const Interval> pauses,
            Pocketsphinx& aligner)
      : recording_(recording),
        info_(media::probe(recording)),
        words_(words),
        pauses_(pauses),
        aligner_(aligner),
        heard_(words.size()) {
    if (info_.sample_rate_hz >= Pocketsphinx::kLowestRateHz) return;
    throw core::DataError({.what = "the recording's rate is too low to align it with a text",
                           .where = recording.string(),
                           .value = fmt::format("{} Hz", info_.sample_rate_hz),
                           .expected = fmt::format("at least {} Hz", Pocketsphinx::kLowestRateHz),
                           .advice = "Give subtitles instead."});
  }

  std::vector<std::optional<Interval>> run(core::Console& console) {
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
    const bool is_last = first_frame + frames >= info_.frames;
    const std::size_t most = static_cast<std::size_t>(kWindowSeconds) * kMostWordsASecond;
    const auto words = words_.subspan(next_word_, std::min(words_.size() - next_word_, most));
    std::vector<std::optional<Interval>> heard =
        aligner_.align(media::read_audio(recording_, first_frame, frames), words);
    for (auto& word : heard) {
      if (!word) continue;
      word->begin_seconds += begin_seconds_;
      word->end_seconds += begin_seconds_;
    }
    if (is_last) {
      std::ranges::copy(heard, heard_.begin() + static_cast<std::ptrdiff_t>(next_word_));
      next_word_ = words_.size();
    } else {
      keep_what_is_sure(heard);
    }
  }

  // The next window begins in the last pause that follows a word which is sure.
  void keep_what_is_sure(const std::vector<std::optional<Interval>>& heard) {
    const double limit_seconds = begin_seconds_ + kSureSeconds;
    std::size_t kept = 0;
    double next_begin = limit_seconds;
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < heard.size(); ++i) {
      if (!heard[i]) continue;
      if (heard[i]->begin_seconds > limit_seconds) break;
      if (last) {
        const std::optional<double> pause = pause_between(heard[*last]->middle_seconds(), heard[i]->middle_seconds());
        if (pause) {
          next_begin = *pause;
          kept = *last + 1;
        }
      }
      last = i;
    }
    std::copy_n(heard.begin(), kept, heard_.begin() + static_cast<std::ptrdiff_t>(next_word_));
    next_word_ += kept;
    begin_seconds_ = next_begin;
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
  Pocketsphinx& aligner_;
  std::vector<std::optional<Interval>> heard_;
  std::size_t next_word_ = 0;
  double begin_seconds_ = 0;
};

}  // namespace

std::vector<std::optional<Interval>> align_recording(const core::Path& recording, std::span<const SpokenWord> words,
                                                     std::span<const Interval> pauses, Pocketsphinx& aligner,
                                                     core::Console& console) {
  return Alignment(recording, words, pauses, aligner).run(console);
}

}  // namespace myxtts::long_recordings

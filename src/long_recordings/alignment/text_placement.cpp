#include "long_recordings/alignment/text_placement.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace myxtts::long_recordings {
namespace {

constexpr double kAlignmentErrorSeconds = 0.1;
constexpr double kLongestWordSeconds = 1;
constexpr double kLongestLetterSeconds = 0.25;

// The pauses between two words: [first, end), empty if there is none.
struct PauseRange {
  std::size_t first = 0;
  std::size_t end = 0;

  [[nodiscard]] bool is_empty() const { return first == end; }
};

PauseRange pauses_between(std::span<const Interval> pauses, double begin, double end) {
  const auto index = [&](double seconds) {
    const auto found =
        std::ranges::lower_bound(pauses, seconds, {}, [](const Interval& pause) { return pause.middle_seconds(); });
    return static_cast<std::size_t>(found - pauses.begin());
  };
  PauseRange range{index(begin - kAlignmentErrorSeconds), 0};
  range.end = std::max(range.first, index(end + kAlignmentErrorSeconds));
  return range;
}

class TextPlacement {
 public:
  TextPlacement(std::span<const AlignedWord> words, std::span<const Interval> pauses, const std::string& name)
      : words_(words), pauses_(pauses), name_(name) {}

  PhraseList place() {
    double last_end = 0;
    bool has_unheard = false;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const AlignedWord& word = words_[i];
      if (word.letters == 0) continue;
      if (!word.interval) {
        has_unheard = true;
        continue;
      }
      const PauseRange gap = pauses_between(pauses_, last_end, word.interval->begin_seconds);
      if (!gap.is_empty()) {
        finish(last_heard_end_, gap.first);
        leave_out(i, "not heard in the recording");
        begin_pause_ = gap.end - 1;
        is_doubtful_ = has_unheard = false;
      }
      is_doubtful_ = is_doubtful_ || has_unheard || lasts_too_long(word);
      last_end = word.interval->end_seconds;
      last_heard_end_ = i + 1;
    }
    const PauseRange rest = pauses_between(pauses_, last_end, last_end + 1e9);
    if (!rest.is_empty()) finish(last_heard_end_, rest.first);
    leave_out(words_.size(), rest.is_empty() ? "no pause behind it" : "not heard in the recording");
    return std::move(list_);
  }

 private:
  static bool lasts_too_long(const AlignedWord& word) {
    return word.interval->seconds() > kLongestWordSeconds + kLongestLetterSeconds * static_cast<double>(word.letters);
  }

  [[nodiscard]] std::string text(std::size_t end) const {
    std::string text;
    for (std::size_t i = next_; i < end; ++i) text += (i == next_ ? "" : " ") + words_[i].written;
    return text;
  }

  // Places the words from next_ to `end` before the pause `pause_after`, or leaves them out.
  void finish(std::size_t end, std::size_t pause_after) {
    while (end < words_.size() && words_[end].letters == 0) ++end;
    if (end <= next_) return;
    if (begin_pause_ && !is_doubtful_) {
      list_.phrases.push_back({.text = text(end),
                               .speaker = {},
                               .where = where(),
                               .pause_before = *begin_pause_,
                               .pause_after = pause_after,
                               .words = {words_[next_].spoken.first, words_[end - 1].spoken.end}});
      next_ = end;
    } else {
      leave_out(end, begin_pause_ ? "its text and what is heard differ" : "no pause before it");
    }
  }

  void leave_out(std::size_t end, const char* reason) {
    if (end <= next_) return;
    Interval interval;
    for (std::size_t i = next_; i < end; ++i) {
      if (!words_[i].interval) continue;
      if (interval.end_seconds == 0) interval = *words_[i].interval;
      interval.end_seconds = words_[i].interval->end_seconds;
    }
    list_.left_out.push_back({.interval = interval, .text = text(end), .where = where(), .reason = reason});
    next_ = end;
  }

  [[nodiscard]] std::string where() const { return fmt::format("{}, word {}", name_, next_ + 1); }

  std::span<const AlignedWord> words_;
  std::span<const Interval> pauses_;
  const std::string& name_;
  PhraseList list_;
  std::size_t next_ = 0;            // the first word that is neither in a phrase nor left out
  std::size_t last_heard_end_ = 0;  // one past the last word that was heard
  std::optional<std::size_t> begin_pause_;
  bool is_doubtful_ = false;
};

}  // namespace

PhraseList place_words(std::span<const AlignedWord> words, std::span<const Interval> pauses, const std::string& name) {
  return TextPlacement(words, pauses, name).place();
}

}  // namespace myxtts::long_recordings

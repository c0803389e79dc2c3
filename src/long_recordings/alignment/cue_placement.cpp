#include "long_recordings/alignment/cue_placement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "text/unicode.hpp"

namespace myxtts::long_recordings {
namespace {

// Costs are negative log-likelihoods, up to a constant.
constexpr double kUsualOffsetSeconds = 0.4;  // between a cue's time and its speech
constexpr double kLeftOutCost = 14;
constexpr double kJoinCost = 6;           // of each pair of cues without a pause between them
constexpr double kForeignSpeechCost = 4;  // of at least a second of speech between two cues
constexpr double kLongestJoinedGapSeconds = 1;
constexpr std::size_t kMaxJoined = 6;
constexpr std::size_t kMaxStates = 24;
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// A partial placement: the first cues are placed or left out, and the last placed one ends at `pause`.
struct State {
  double cost = 0;
  std::size_t pause = kNone;
  bool left_out = false;  // whether the previous cue was left out
  std::size_t from_cue = 0;
  std::size_t from_state = 0;
  std::size_t pause_before = kNone;  // before the cues from `from_cue` on; kNone: left out
};

class Placement {
 public:
  Placement(std::span<const TimedText> cues, std::span<const Interval> pauses, double reach_seconds)
      : cues_(cues), pauses_(pauses), reach_seconds_(reach_seconds), states_(cues.size() + 1) {
    double speech = 0;
    for (const TimedText& cue : cues) {
      lengths_.push_back(static_cast<double>(text::count_characters(cue.text)));
      characters_ += lengths_.back();
      speech += speech_seconds(pauses, cue.shown.begin_seconds, cue.shown.end_seconds);
    }
    seconds_a_character_ = std::max(speech, 1.0) / std::max(characters_, 1.0);
  }

  PhraseList place() {
    states_.front().push_back({});
    for (std::size_t cue = 0; cue < cues_.size(); ++cue) {
      keep_best(states_[cue]);
      leave_out(cue);
      const std::vector<std::size_t> before = candidates(cues_[cue].shown.begin_seconds, &Interval::end_seconds);
      for (std::size_t last = cue; last < cues_.size() && may_join(cue, last); ++last) extend(cue, last, before);
    }
    return trace_back();
  }

 private:
  // The pauses whose `edge` is at most `reach_seconds_` from a time.
  [[nodiscard]] std::vector<std::size_t> candidates(double seconds, double Interval::*edge) const {
    const auto first = std::ranges::lower_bound(pauses_, seconds - reach_seconds_, {}, edge);
    std::vector<std::size_t> found;
    for (auto pause = first; pause != pauses_.end() && *pause.*edge <= seconds + reach_seconds_; ++pause) {
      found.push_back(static_cast<std::size_t>(pause - pauses_.begin()));
    }
    return found;
  }

  [[nodiscard]] bool may_join(std::size_t first, std::size_t last) const {
    if (first == last) return true;
    const double gap = cues_[last].shown.begin_seconds - cues_[last - 1].shown.end_seconds;
    return last - first < kMaxJoined && gap <= kLongestJoinedGapSeconds && cues_[first].speaker == cues_[last].speaker;
  }

  void leave_out(std::size_t cue) {
    for (std::size_t i = 0; i < states_[cue].size(); ++i) {
      const State& state = states_[cue][i];
      states_[cue + 1].push_back({.cost = state.cost + kLeftOutCost,
                                  .pause = state.pause,
                                  .left_out = true,
                                  .from_cue = cue,
                                  .from_state = i,
                                  .pause_before = kNone});
    }
  }

  void extend(std::size_t first, std::size_t last, const std::vector<std::size_t>& before) {
    const std::vector<std::size_t> behind = candidates(cues_[last].shown.end_seconds, &Interval::begin_seconds);
    for (const std::size_t begin : before) {
      const std::optional<Step> step = cheapest_step(first, begin);
      if (!step) continue;
      for (const std::size_t end : behind) {
        if (end <= begin) continue;
        states_[last + 1].push_back({.cost = step->cost + cost_of(first, last, begin, end),
                                     .pause = end,
                                     .left_out = false,
                                     .from_cue = first,
                                     .from_state = step->from_state,
                                     .pause_before = begin});
      }
    }
  }

  struct Step {
    double cost = 0;
    std::size_t from_state = 0;
  };

  // The cheapest step from a state before the cue to speech of the cue after the pause `begin`.
  [[nodiscard]] std::optional<Step> cheapest_step(std::size_t cue, std::size_t begin) const {
    std::optional<Step> best;
    for (std::size_t i = 0; i < states_[cue].size(); ++i) {
      const State& state = states_[cue][i];
      if (state.pause != kNone && state.pause > begin) continue;
      const double cost = state.cost + cost_between(state, begin);
      if (!best || cost < best->cost) best = Step{.cost = cost, .from_state = i};
    }
    return best;
  }

  [[nodiscard]] double cost_between(const State& state, std::size_t begin) const {
    if (state.left_out || state.pause == kNone || state.pause == begin) return 0;
    const double foreign = speech_seconds(pauses_, pauses_[state.pause].end_seconds, pauses_[begin].begin_seconds);
    return kForeignSpeechCost * std::min(foreign, 1.0);
  }

  [[nodiscard]] double cost_of(std::size_t first, std::size_t last, std::size_t begin, std::size_t end) const {
    const double from = pauses_[begin].end_seconds;
    const double to = pauses_[end].begin_seconds;
    const double offset =
        std::abs(from - cues_[first].shown.begin_seconds) + std::abs(to - cues_[last].shown.end_seconds);
    return offset / kUsualOffsetSeconds + kJoinCost * static_cast<double>(last - first) +
           cost_of_rate(first, last, from, to);
  }

  // The logarithm of the speech rate has a standard deviation of 0.2, and more for a short text.
  [[nodiscard]] double cost_of_rate(std::size_t first, std::size_t last, double from, double to) const {
    double characters = 0;
    for (std::size_t cue = first; cue <= last; ++cue) characters += lengths_[cue];
    const double seconds = std::max(speech_seconds(pauses_, from, to), 0.01);
    const double ratio = std::log(seconds / (characters * seconds_a_character_));
    const double variance = 0.04 + 2 / characters;
    return ratio * ratio / (2 * variance);
  }

  static void keep_best(std::vector<State>& states) {
    const std::size_t count = std::min(states.size(), kMaxStates);
    std::ranges::partial_sort(states, states.begin() + static_cast<std::ptrdiff_t>(count), {}, &State::cost);
    states.resize(count);
  }

  PhraseList trace_back() {
    PhraseList list;
    std::size_t cue = cues_.size();
    std::size_t index = 0;
    keep_best(states_.back());
    while (cue > 0) {
      const State& state = states_[cue][index];
      if (state.pause_before == kNone) {
        list.left_out.push_back(describe(state.from_cue));
      } else {
        list.phrases.push_back(phrase(state, cue));
      }
      cue = state.from_cue;
      index = state.from_state;
    }
    std::ranges::reverse(list.phrases);
    std::ranges::reverse(list.left_out);
    return list;
  }

  [[nodiscard]] Phrase phrase(const State& state, std::size_t end_cue) const {
    const TimedText& first = cues_[state.from_cue];
    Phrase phrase{.text = first.text,
                  .speaker = first.speaker,
                  .where = first.where,
                  .pause_before = state.pause_before,
                  .pause_after = state.pause,
                  .words = {}};
    for (std::size_t cue = state.from_cue + 1; cue < end_cue; ++cue) phrase.text += ' ' + cues_[cue].text;
    return phrase;
  }

  [[nodiscard]] LeftOut describe(std::size_t cue) const {
    const TimedText& left = cues_[cue];
    const bool has_begin = !candidates(left.shown.begin_seconds, &Interval::end_seconds).empty();
    const bool has_end = !candidates(left.shown.end_seconds, &Interval::begin_seconds).empty();
    return {.interval = left.shown,
            .text = left.text,
            .where = left.where,
            .reason = !has_begin ? "no pause near its begin"
                      : !has_end ? "no pause near its end"
                                 : "the speech between the pauses near it does not fit its text"};
  }

  std::span<const TimedText> cues_;
  std::span<const Interval> pauses_;
  double reach_seconds_;
  double seconds_a_character_ = 0;
  double characters_ = 0;
  std::vector<double> lengths_;             // of the cues, in characters
  std::vector<std::vector<State>> states_;  // indexed by the number of cues that are placed or left out
};

}  // namespace

PhraseList place_cues(std::span<const TimedText> cues, std::span<const Interval> pauses, double reach_seconds) {
  return Placement(cues, pauses, reach_seconds).place();
}

}  // namespace myxtts::long_recordings

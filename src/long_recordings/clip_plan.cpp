#include "long_recordings/clip_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/statistics.hpp"
#include "text/sentences.hpp"
#include "text/unicode.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr double kLeftOutCost = 20;
constexpr double kBrokenSentenceCost = 2;
constexpr double kLongestInnerPauseSeconds = 1.5;
constexpr double kGreatestRateRatio = 2;
constexpr std::size_t kFewClips = 5;  // with fewer clips, the usual rate is not known

class Planner {
 public:
  Planner(std::span<const Phrase> phrases, std::span<const Interval> pauses, const ClipLengths& lengths)
      : phrases_(phrases), pauses_(pauses), lengths_(lengths) {}

  ClipPlan plan() {
    std::vector<Choice> best(phrases_.size() + 1, {.cost = std::numeric_limits<double>::infinity(), .first = 0});
    best.front().cost = 0;
    for (std::size_t first = 0; first < phrases_.size(); ++first) {
      offer(best[first + 1], {.cost = best[first].cost + kLeftOutCost, .first = first, .is_clip = false});
      for (std::size_t last = first; last < phrases_.size(); ++last) {
        if (last > first && !may_join(last)) break;
        const double seconds = interval(first, last).seconds();
        if (seconds > lengths_.longest_seconds) break;
        if (seconds < lengths_.shortest_seconds) continue;
        offer(best[last + 1], {.cost = best[first].cost + cost(last, seconds), .first = first, .is_clip = true});
      }
    }
    return trace_back(best);
  }

 private:
  // The best plan for the phrases up to an end: those from `first` on are one clip or, if not `is_clip`, left out.
  struct Choice {
    double cost = 0;
    std::size_t first = 0;
    bool is_clip = false;
  };

  static void offer(Choice& best, const Choice& choice) {
    if (choice.cost < best.cost) best = choice;
  }

  // Each of two neighbouring clips takes at most half of the pause between them.
  [[nodiscard]] Interval interval(std::size_t first, std::size_t last) const {
    const Interval& before = pauses_[phrases_[first].pause_before];
    const Interval& behind = pauses_[phrases_[last].pause_after];
    return {std::max(before.middle_seconds(), before.end_seconds - kKeptSilenceSeconds),
            std::min(behind.middle_seconds(), behind.begin_seconds + kKeptSilenceSeconds)};
  }

  [[nodiscard]] bool may_join(std::size_t next) const {
    const Phrase& phrase = phrases_[next];
    const Phrase& before = phrases_[next - 1];
    return before.pause_after == phrase.pause_before && before.speaker == phrase.speaker &&
           before.words.end == phrase.words.first &&
           pauses_[phrase.pause_before].seconds() <= kLongestInnerPauseSeconds;
  }

  [[nodiscard]] double cost(std::size_t last, double seconds) const {
    const double distance = (seconds - lengths_.wanted_seconds) / lengths_.wanted_seconds;
    return distance * distance + (text::ends_sentence(phrases_[last].text) ? 0 : kBrokenSentenceCost);
  }

  ClipPlan trace_back(const std::vector<Choice>& best) const {
    ClipPlan plan;
    for (std::size_t end = phrases_.size(); end > 0; end = best[end].first) {
      const Choice& choice = best[end];
      if (choice.is_clip) {
        plan.clips.push_back(clip(choice.first, end - 1));
      } else {
        plan.left_out.push_back(describe(choice.first));
      }
    }
    std::ranges::reverse(plan.clips);
    std::ranges::reverse(plan.left_out);
    return plan;
  }

  [[nodiscard]] PlannedClip clip(std::size_t first, std::size_t last) const {
    PlannedClip clip{.interval = interval(first, last),
                     .text = phrases_[first].text,
                     .speaker = phrases_[first].speaker,
                     .where = phrases_[first].where,
                     .words = {phrases_[first].words.first, phrases_[last].words.end}};
    for (std::size_t i = first + 1; i <= last; ++i) clip.text += ' ' + phrases_[i].text;
    return clip;
  }

  [[nodiscard]] LeftOut describe(std::size_t index) const {
    const Interval at = interval(index, index);
    const Phrase& phrase = phrases_[index];
    std::string reason = fmt::format("shorter than {} s, and no neighbour to join", lengths_.shortest_seconds);
    if (at.seconds() > lengths_.longest_seconds) {
      reason = fmt::format("longer than {} s without a pause between known words", lengths_.longest_seconds);
    }
    return {.interval = at, .text = phrase.text, .where = phrase.where, .reason = std::move(reason)};
  }

  std::span<const Phrase> phrases_;
  std::span<const Interval> pauses_;
  const ClipLengths& lengths_;
};

double characters_a_second(const PlannedClip& clip, std::span<const Interval> pauses) {
  const double seconds = speech_seconds(pauses, clip.interval.begin_seconds, clip.interval.end_seconds);
  return static_cast<double>(text::count_characters(clip.text)) / std::max(seconds, 0.01);
}

void leave_out_odd_rates(ClipPlan& plan, std::span<const Interval> pauses) {
  if (plan.clips.size() < kFewClips) return;
  std::vector<double> rates;
  for (const PlannedClip& clip : plan.clips) rates.push_back(characters_a_second(clip, pauses));
  const double usual = core::median(std::move(rates));
  std::erase_if(plan.clips, [&](const PlannedClip& clip) {
    const double ratio = characters_a_second(clip, pauses) / usual;
    const bool is_odd = ratio > kGreatestRateRatio || ratio < 1 / kGreatestRateRatio;
    if (is_odd) {
      plan.left_out.push_back(
          {.interval = clip.interval,
           .text = clip.text,
           .where = clip.where,
           .reason = ratio > 1 ? "more text than its speech can hold" : "more speech than its text"});
    }
    return is_odd;
  });
  std::ranges::stable_sort(plan.left_out, {}, [](const LeftOut& left) { return left.interval.begin_seconds; });
}

}  // namespace

ClipPlan plan_clips(std::span<const Phrase> phrases, std::span<const Interval> pauses, const ClipLengths& lengths) {
  ClipPlan plan = Planner(phrases, pauses, lengths).plan();
  leave_out_odd_rates(plan, pauses);
  return plan;
}

}  // namespace myxtts::long_recordings

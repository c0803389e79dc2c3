#include "quality/set_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/statistics.hpp"
#include "text/unicode.hpp"

namespace myxtts::quality {
namespace {

constexpr double kStandardDeviationOfNormal = 1.4826;  // normal distribution: standard / median absolute deviation
constexpr std::size_t kMinClips = 8;                   // needed to know what is usual in a set

Finding finding(const dataset::Clip& clip, Defect defect, std::string reason) {
  return {defect, clip.id, clip.where, clip.file.string(), std::move(reason)};
}

struct Usual {
  double median = 0;
  double standard_deviation = 0;
};

// Not set if there are too few values.
std::optional<Usual> usual_of(const std::vector<double>& values) {
  if (values.size() < kMinClips) return std::nullopt;
  Usual usual{.median = core::median(values), .standard_deviation = 0};
  std::vector<double> distances;
  distances.reserve(values.size());
  for (const double value : values) distances.push_back(std::abs(value - usual.median));
  usual.standard_deviation = kStandardDeviationOfNormal * core::median(std::move(distances));
  return usual;
}

std::size_t letters_of(std::string_view spoken) {
  const std::u32string characters = text::decode_utf8(spoken);
  return static_cast<std::size_t>(std::ranges::count_if(characters, text::is_word_character));
}

double spoken_seconds(const dataset::Clip& clip, const SignalMeasures* measures) {
  const double seconds = clip.audio.seconds();
  if (measures == nullptr) return seconds;
  return std::max(0.1, seconds - measures->start_silence_seconds - measures->end_silence_seconds);
}

// Judges whether the speech rate of a clip is plausible.
class RateJudge {
 public:
  explicit RateJudge(const std::vector<double>& rates, const std::vector<std::size_t>& letters) {
    constexpr std::size_t kMinLetters = 10;  // a single word has no usual rate
    std::vector<double> logarithms;
    for (std::size_t i = 0; i < rates.size(); ++i) {
      if (letters[i] >= kMinLetters) logarithms.push_back(std::log(rates[i]));
    }
    usual_ = usual_of(logarithms);
  }

  // The defect too fast or too slow; not set if it is neither.
  [[nodiscard]] std::optional<FoundDefect> judge(std::size_t letters, double seconds) const {
    const double rate = static_cast<double>(letters) / seconds;
    if (seconds < min_seconds(letters)) {
      return FoundDefect{
          Defect::kTooFast,
          fmt::format("its {} letters are spoken in {:.2f} s, {:.1f} a second{}; expected are at least {:.2f} s",
                      letters, seconds, rate, beside_others(), min_seconds(letters))};
    }
    if (seconds > max_seconds(letters)) {
      return FoundDefect{Defect::kTooSlow,
                         fmt::format("its {} letters take {:.2f} s, {:.1f} a second{}; expected are at most {:.2f} s",
                                     letters, seconds, rate, beside_others(), max_seconds(letters))};
    }
    return std::nullopt;
  }

 private:
  static constexpr double kFastest = 30;  // letters a second, in any set
  static constexpr double kSlowest = 2;
  static constexpr double kBreathSeconds = 1.0;  // length of a pause that any text may contain

  // The factor by which a clip may be faster or slower than the median.
  [[nodiscard]] double factor() const { return std::exp(std::max(4.5 * usual_->standard_deviation, std::log(1.6))); }
  [[nodiscard]] double min_seconds(std::size_t letters) const {
    const double count = static_cast<double>(letters);
    const double rate = usual_ ? std::min(kFastest, std::exp(usual_->median) * factor()) : kFastest;
    return std::max(0.0, count / rate - 0.2 * kBreathSeconds);
  }
  [[nodiscard]] double max_seconds(std::size_t letters) const {
    const double count = static_cast<double>(letters);
    const double rate = usual_ ? std::max(kSlowest, std::exp(usual_->median) / factor()) : kSlowest;
    return count / rate + kBreathSeconds;
  }
  [[nodiscard]] std::string beside_others() const {
    return usual_ ? fmt::format(" (usual in this set: {:.1f})", std::exp(usual_->median)) : "";
  }

  std::optional<Usual> usual_;
};

void compare_rates(const dataset::Dataset& dataset, std::span<const SignalMeasures> measures,
                   std::vector<Finding>& findings) {
  std::vector<std::size_t> letters;
  for (const dataset::Clip& clip : dataset.clips()) letters.push_back(letters_of(clip.text));
  const RateJudge judge(speech_rates(dataset, measures), letters);
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    const double seconds = spoken_seconds(dataset.clip(i), measures.empty() ? nullptr : &measures[i]);
    if (const auto found = judge.judge(letters[i], seconds); found && letters[i] > 0) {
      findings.push_back(finding(dataset.clip(i), found->defect, found->reason));
    }
  }
}

void compare_loudness(const dataset::Dataset& dataset, std::span<const SignalMeasures> measures,
                      std::vector<Finding>& findings) {
  std::vector<double> loudness;
  for (const SignalMeasures& m : measures) {
    if (std::isfinite(m.loudness_lufs)) loudness.push_back(m.loudness_lufs);
  }
  const std::optional<Usual> usual = usual_of(loudness);
  if (!usual) return;
  const double allowed = std::max(9.0, 5 * usual->standard_deviation);
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const double difference = measures[i].loudness_lufs - usual->median;
    if (!std::isfinite(difference) || std::abs(difference) <= allowed) continue;
    findings.push_back(
        finding(dataset.clip(i), Defect::kOtherLoudness,
                fmt::format("its loudness is {:.1f} LUFS; expected are {:.1f} LUFS as in this set, to {:.0f}",
                            measures[i].loudness_lufs, usual->median, allowed)));
  }
}

void compare_sample_rates(const dataset::Dataset& dataset, std::vector<Finding>& findings) {
  constexpr double kMinority = 0.2;
  std::map<int, std::size_t> clips_of_rate;
  for (const dataset::Clip& clip : dataset.clips()) ++clips_of_rate[clip.audio.sample_rate_hz];
  for (const dataset::Clip& clip : dataset.clips()) {
    const std::size_t others = dataset.size() - clips_of_rate[clip.audio.sample_rate_hz];
    if (static_cast<double>(others) <= (1 - kMinority) * static_cast<double>(dataset.size())) continue;
    const auto usual = std::ranges::max_element(clips_of_rate, {}, &std::pair<const int, std::size_t>::second);
    if (clip.audio.sample_rate_hz == usual->first) continue;
    findings.push_back(finding(
        clip, Defect::kOtherRate,
        fmt::format("its sample rate is {} Hz; most of the set have {} Hz", clip.audio.sample_rate_hz, usual->first)));
  }
}

void find_equal_recordings(const dataset::Dataset& dataset, std::span<const SignalMeasures> measures,
                           std::vector<Finding>& findings) {
  std::unordered_map<std::uint64_t, std::size_t> first_with;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const auto [first, is_new] = first_with.emplace(measures[i].content_hash, i);
    if (is_new) continue;
    const dataset::Clip& earlier = dataset.clip(first->second);
    findings.push_back(finding(dataset.clip(i), Defect::kSameRecording,
                               fmt::format("its samples are those of '{}' ({})", earlier.id, earlier.where)));
  }
}

// Several speakers may say the same; one speaker seldom does.
void find_equal_texts(const dataset::Dataset& dataset, std::vector<Finding>& findings) {
  using Key = std::pair<std::string_view, std::string_view>;
  std::map<Key, const dataset::Clip*> first_with;
  for (const dataset::Clip& clip : dataset.clips()) {
    const auto [first, is_new] = first_with.emplace(Key(clip.speaker, clip.text), &clip);
    if (is_new) continue;
    findings.push_back(finding(clip, Defect::kSameText,
                               fmt::format("its text is that of '{}' ({})", first->second->id, first->second->where)));
  }
}

void find_lone_speakers(const dataset::Dataset& dataset, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    if (dataset.clips_of_speaker(i).size() > 1) continue;
    const dataset::Clip& clip = dataset.clip(i);
    findings.push_back(
        finding(clip, Defect::kLoneSpeaker,
                fmt::format("it is the only clip of speaker '{}'; at least 2 are expected", clip.speaker)));
  }
}

std::set<char32_t> characters_of(const dataset::Clip& clip) {
  std::set<char32_t> characters;
  for (const char32_t character : text::decode_utf8(clip.text)) {
    if (!text::is_white_space(character)) characters.insert(character);
  }
  return characters;
}

bool belongs_to(char32_t character, std::string_view language) {
  constexpr std::u32string_view kMarks = U".,!?;:'-\u060C\u061B\u061F\u200C";  // Persian and Arabic ones too
  const bool is_latin_letter = character >= U'a' && character <= U'z';
  return kMarks.find(character) != std::u32string_view::npos || (language == "en" && is_latin_letter) ||
         text::is_decimal_digit(character);  // digits have a defect of their own
}

std::string named(char32_t character) {
  return fmt::format("'{}' (U+{:04X})", text::encode_utf8(character), static_cast<std::uint32_t>(character));
}

}  // namespace

std::vector<double> speech_rates(const dataset::Dataset& dataset, std::span<const SignalMeasures> measures) {
  std::vector<double> rates;
  rates.reserve(dataset.size());
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    const dataset::Clip& clip = dataset.clip(i);
    const double seconds = spoken_seconds(clip, measures.empty() ? nullptr : &measures[i]);
    rates.push_back(static_cast<double>(letters_of(clip.text)) / seconds);
  }
  return rates;
}

std::vector<Finding> compare_clips(const dataset::Dataset& dataset, std::span<const SignalMeasures> measures) {
  std::vector<Finding> findings;
  compare_rates(dataset, measures, findings);
  compare_loudness(dataset, measures, findings);
  compare_sample_rates(dataset, findings);
  find_equal_recordings(dataset, measures, findings);
  find_equal_texts(dataset, findings);
  find_lone_speakers(dataset, findings);
  return findings;
}

std::vector<Finding> unknown_characters(const dataset::Dataset& dataset, const text::Tokenizer& vocabulary) {
  std::vector<Finding> findings;
  for (const dataset::Clip& clip : dataset.clips()) {
    std::set<std::string> unknown;
    for (const std::string& character : vocabulary.unknown_characters(clip.text)) {
      unknown.insert(named(text::decode_utf8(character).front()));
    }
    if (unknown.empty()) continue;
    findings.push_back(finding(clip, Defect::kUnknownCharacters,
                               fmt::format("the vocabulary lacks {} of its text", fmt::join(unknown, ", "))));
  }
  return findings;
}

std::vector<Finding> rare_characters(const dataset::Dataset& dataset, std::string_view language) {
  constexpr std::size_t kMaxClips = 2;
  std::map<char32_t, std::size_t> clips_with;
  for (const dataset::Clip& clip : dataset.clips()) {
    for (const char32_t character : characters_of(clip)) ++clips_with[character];
  }
  std::vector<Finding> findings;
  for (const dataset::Clip& clip : dataset.clips()) {
    const std::string_view spoken = clip.language.empty() ? language : std::string_view(clip.language);
    std::vector<std::string> rare;
    for (const char32_t character : characters_of(clip)) {
      if (clips_with[character] <= kMaxClips && !belongs_to(character, spoken)) rare.push_back(named(character));
    }
    if (rare.empty()) continue;
    findings.push_back(finding(
        clip, Defect::kRareCharacters,
        fmt::format("its text holds {}, which at most {} clips of the set have", fmt::join(rare, ", "), kMaxClips)));
  }
  return findings;
}

void add_set_findings(CheckedDataset& checked, const text::Tokenizer* vocabulary, std::string_view language) {
  const auto add = [&](const std::vector<Finding>& findings) {
    checked.findings.insert(checked.findings.end(), findings.begin(), findings.end());
  };
  add(compare_clips(checked.dataset, checked.measures));
  add(vocabulary != nullptr ? unknown_characters(checked.dataset, *vocabulary)
                            : rare_characters(checked.dataset, language));
}

}  // namespace myxtts::quality

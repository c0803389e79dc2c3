#include "long_recordings/subtitles.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/error.hpp"
#include "long_recordings/text_lines.hpp"
#include "text/unicode.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr std::string_view kArrow = "-->";
constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

class Parser {
 public:
  Parser(std::string_view bytes, const std::string& name) : name_(name), lines_(read_lines(bytes, name)) {}

  std::vector<Cue> parse() {
    std::vector<Cue> cues;
    while (next_ < lines_.size()) {
      if (begins_comment()) {
        skip_comment();
      } else if (is_times(next_)) {
        cues.push_back(parse_cue());
      } else {
        ++next_;  // a number, a name or the header
      }
    }
    if (cues.empty()) fail(0, "no cue in it", {}, "lines such as 00:00:01,000 --> 00:00:03,500 with text below");
    std::ranges::stable_sort(cues, {}, &Cue::begin_seconds);
    return cues;
  }

 private:
  [[noreturn]] void fail(std::size_t line, const std::string& what, std::string_view value,
                         const std::string& expected) const {
    throw core::DataError({.what = "cannot use the subtitles: " + what,
                           .where = line == 0 ? name_ : name_ + ":" + std::to_string(line),
                           .value = std::string(value),
                           .expected = expected,
                           .advice = {}});
  }

  [[nodiscard]] bool is_blank(std::size_t line) const { return trimmed(lines_[line]).empty(); }
  [[nodiscard]] bool is_times(std::size_t line) const {
    return line < lines_.size() && lines_[line].find(kArrow) != std::string_view::npos;
  }
  // True for a line with times, and for a line with only a number above one.
  [[nodiscard]] bool begins_cue(std::size_t line) const {
    const std::string_view text = trimmed(lines_[line]);
    return is_times(line) || (is_times(line + 1) && !text.empty() && std::ranges::all_of(text, text::is_digit_byte));
  }

  // WebVTT's header, and blocks that are not cues.
  [[nodiscard]] bool begins_comment() const {
    const std::string_view text = lines_[next_];
    const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
    return is_web_ && (word == "WEBVTT" || word == "NOTE" || word == "STYLE" || word == "REGION");
  }

  void skip_comment() {
    const bool is_head = next_ == 0;  // a blank line may be missing below it
    do {
      ++next_;
    } while (next_ < lines_.size() && !is_blank(next_) && !(is_head && is_times(next_)));
  }

  // In WebVTT a blank line ends a text; in SubRip files a text may contain blank lines.
  Cue parse_cue() {
    const std::string_view line = lines_[next_++];
    const std::size_t number = next_;  // from 1
    const std::size_t arrow = line.find(kArrow);
    const std::string_view begin = trimmed(line.substr(0, arrow));
    const std::string_view end = trimmed(line.substr(arrow + kArrow.size()));
    Cue cue{.begin_seconds = parse_time(begin, number),
            .end_seconds = parse_time(end.substr(0, end.find_first_of(kBlanks)), number),  // settings follow
            .lines = {},
            .line_number = number};
    if (cue.end_seconds < cue.begin_seconds) fail(number, "a cue ends before it begins", line, {});
    for (; next_ < lines_.size() && !begins_cue(next_); ++next_) {
      const std::string_view text = trimmed(lines_[next_]);
      if (text.empty() && is_web_) break;
      if (!text.empty()) cue.lines.emplace_back(text);
    }
    return cue;
  }

  // "01:02:03,456", "02:03.456", "1:02:03".
  [[nodiscard]] double parse_time(std::string_view text, std::size_t line) const {
    const std::size_t mark = std::min(text.find_first_of(",."), text.size());
    double seconds = 0;
    int fields = 0;
    bool is_good = true;
    for (std::string_view rest = text.substr(0, mark); is_good; ++fields) {
      const std::size_t colon = std::min(rest.find(':'), rest.size());
      const std::optional<unsigned> number = parse_number(rest.substr(0, colon));
      is_good = number.has_value();
      seconds = seconds * 60 + number.value_or(0);
      if (colon == rest.size()) break;
      rest.remove_prefix(colon + 1);
    }
    if (mark < text.size()) {
      const std::string_view digits = text.substr(mark + 1);
      const std::optional<unsigned> fraction = parse_number(digits);
      is_good = is_good && fraction.has_value();
      seconds += fraction.value_or(0) / std::pow(10.0, static_cast<double>(digits.size()));
    }
    if (!is_good || fields < 1 || fields > 2) {
      fail(line, "a time that cannot be read", text, "hours:minutes:seconds,milliseconds");
    }
    return seconds;
  }

  static std::optional<unsigned> parse_number(std::string_view digits) {
    constexpr std::size_t kMaxDigits = 6;
    unsigned value = 0;
    const char* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, value);
    if (error != std::errc() || end != last || digits.size() > kMaxDigits) return {};
    return value;
  }

  const std::string& name_;
  std::vector<std::string_view> lines_;
  std::size_t next_ = 0;
  bool is_web_ = !lines_.empty() && lines_.front().starts_with("WEBVTT");
};

}  // namespace

std::vector<Cue> parse_subtitles(std::string_view bytes, const std::string& name) {
  return Parser(bytes, name).parse();
}

}  // namespace myxtts::long_recordings

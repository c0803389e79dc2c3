#include "text/rewriting.hpp"

#include <unicode/regex.h>
#include <unicode/unistr.h>

#include <utility>

#include "core/error.hpp"

namespace myxtts::text {
namespace {

icu::UnicodeString from_utf8(std::string_view utf8) {
  return icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

void require(UErrorCode status) {
  if (U_FAILURE(status)) throw core::DataError(std::string("ICU cannot search a text: ") + u_errorName(status));
}

Rewriting::Groups groups_of(icu::RegexMatcher& matcher) {
  UErrorCode status = U_ZERO_ERROR;
  Rewriting::Groups groups;
  for (std::int32_t i = 0; i <= matcher.groupCount(); ++i) groups.push_back(to_utf8(matcher.group(i, status)));
  require(status);
  return groups;
}

}  // namespace

struct Rewriting::Pattern {
  std::unique_ptr<icu::RegexPattern> regex;
};

Rewriting::Rewriting(std::string_view pattern, Reading reading) : reading_(std::move(reading)) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError place;
  std::unique_ptr<icu::RegexPattern> regex(icu::RegexPattern::compile(from_utf8(pattern), 0, place, status));
  if (U_FAILURE(status)) throw core::Error("'" + std::string(pattern) + "' is no pattern: " + u_errorName(status));
  pattern_ = std::make_unique<Pattern>(std::move(regex));
}

Rewriting::Rewriting(std::string_view pattern, std::string_view words)
    : Rewriting(pattern, [words = std::string(words)](const Groups&) { return words; }) {}

Rewriting::~Rewriting() = default;
Rewriting::Rewriting(Rewriting&&) noexcept = default;
Rewriting& Rewriting::operator=(Rewriting&&) noexcept = default;

std::string Rewriting::operator()(std::string_view utf8) const {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString text = from_utf8(utf8);
  const std::unique_ptr<icu::RegexMatcher> matcher(pattern_->regex->matcher(text, status));
  require(status);
  icu::UnicodeString result;
  while (matcher->find(status)) {
    matcher->appendReplacement(result, {}, status);  // the text before the match
    result.append(from_utf8(reading_(groups_of(*matcher))));
  }
  matcher->appendTail(result);
  require(status);
  return to_utf8(result);
}

std::string rewrite(std::string text, const std::vector<Rewriting>& rules) {
  for (const Rewriting& rule : rules) text = rule(text);
  return text;
}

std::string collapse_spaces(std::string_view text) {
  constexpr std::string_view kClosing = ".,!?;:";
  std::string result;
  bool has_space = false;
  for (const char c : text) {
    if (c == ' ') {
      has_space = true;
      continue;
    }
    if (has_space && !result.empty() && kClosing.find(c) == std::string_view::npos) result += ' ';
    has_space = false;
    result += c;
  }
  return result;
}

}  // namespace myxtts::text

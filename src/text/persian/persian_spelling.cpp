#include "text/persian/persian_spelling.hpp"

#include <unicode/uchar.h>

#include <unordered_map>
#include <vector>

#include "text/rewriting.hpp"
#include "text/unicode.hpp"

namespace myxtts::text::persian {
namespace {

constexpr char32_t kNonJoiner = U'\u200c';
constexpr char32_t kHamzaAbove = U'\u0654';

// The replacement of each character; "" removes it.
const std::unordered_map<char32_t, std::u32string_view>& replacements() {
  static const std::unordered_map<char32_t, std::u32string_view> table{
      // Letters
      {U'\u0643', U"ک"},
      {U'\u06aa', U"ک"},
      {U'\u064a', U"ی"},
      {U'\u0649', U"ی"},
      {U'\u06d2', U"ی"},
      {U'\u06cd', U"ی"},
      {U'\u06d0', U"ی"},
      {U'\u06c1', U"ه"},
      {U'\u06be', U"ه"},
      {U'\u06d5', U"ه"},
      {U'\u0671', U"ا"},
      {U'\u06c0', U"ه\u0654"},
      {U'\u06c2', U"ه\u0654"},
      {U'\u06c3', U"ة"},
      {U'\u06d3', U"ئ"},
      // Signs
      {U'،', U","},
      {U'؛', U";"},
      {U'؟', U"?"},
      {U'۔', U"."},
      {U'٪', U"%"},
      {U'٫', U"."},
      {U'٬', U","},
      {U'“', U"\""},
      {U'”', U"\""},
      {U'„', U"\""},
      {U'«', U"\""},
      {U'»', U"\""},
      {U'‹', U"\""},
      {U'›', U"\""},
      {U'″', U"\""},
      {U'‘', U"'"},
      {U'’', U"'"},
      {U'′', U"'"},
      {U'`', U"'"},
      {U'‐', U"-"},
      {U'‑', U"-"},
      {U'−', U"-"},
      {U'‒', U"–"},
      {U'—', U" - "},
      {U'―', U" - "},
      {U'⁄', U"/"},
      {U'∕', U"/"},
      // Joining: characters that are typed instead of the non-joiner, such as the zero-width space
      {U'\u200b', U"\u200c"},
      {U'¬', U"\u200c"},
      // Neither visible nor spoken
      {U'\u0640', U""},
      {U'\u0652', U""},
      {U'\u0653', U""},
      {U'\u0670', U""}};
  return table;
}

void append(std::u32string& text, char32_t character) {
  const bool is_chair = character == kHamzaAbove && text.ends_with(U'ی');
  if (is_chair) {
    text.back() = U'ئ';
  } else if (const std::int32_t digit = u_charDigitValue(static_cast<UChar32>(character)); digit >= 0) {
    text += U'0' + static_cast<char32_t>(digit);
  } else if (is_white_space(character)) {
    text += U' ';
  } else if (character == kNonJoiner || !is_invisible(character)) {
    text += character;
  }
}

// NFKC turns a fraction into two numbers, which would merge with a preceding digit.
std::string part_fractions(std::string_view utf8) {
  static const Rewriting kMixed("(?<=\\d)\\s*(?=[½¼¾⅓⅔])", " و ");
  static const Rewriting kHalf("½", " نیم ");
  return kHalf(kMixed(utf8));
}

bool joins_onwards(char32_t character) {
  return u_getIntPropertyValue(static_cast<UChar32>(character), UCHAR_JOINING_TYPE) == U_JT_DUAL_JOINING;
}

bool joins_backwards(char32_t character) {
  const std::int32_t type = u_getIntPropertyValue(static_cast<UChar32>(character), UCHAR_JOINING_TYPE);
  return type == U_JT_DUAL_JOINING || type == U_JT_RIGHT_JOINING;
}

bool is_mark(char32_t character) {
  return u_getIntPropertyValue(static_cast<UChar32>(character), UCHAR_JOINING_TYPE) == U_JT_TRANSPARENT;
}

// The last character that is not a vowel or other mark; a space if there is none.
char32_t last_letter(std::u32string_view text) {
  while (!text.empty() && is_mark(text.back())) text.remove_suffix(1);
  return text.empty() ? U' ' : text.back();
}

std::u32string keep_seen_joints(std::u32string_view text) {
  std::u32string result;
  bool has_joint = false;
  for (const char32_t character : text) {
    if (character == kNonJoiner) {
      has_joint = true;
      continue;
    }
    if (has_joint && joins_onwards(last_letter(result)) && joins_backwards(character)) result += kNonJoiner;
    has_joint = false;
    result += character;
  }
  return result;
}

}  // namespace

std::u32string_view alphabet() { return U"آأابپتثجچحخدذرزژسشصضطظعغفقکگلمنوؤهیئءًٌٍَُِّٔ\u200c'.,!?;:-"; }

std::string unify_characters(std::string_view utf8) {
  static_cast<void>(decode_utf8(utf8));                 // throws, with the position of the invalid byte
  static const Rewriting kBareMark(" (?=\\p{M})", "");  // NFKC puts a space before a mark without a letter
  const std::u32string composed = decode_utf8(kBareMark(compatibility_composed(part_fractions(utf8))));
  std::u32string result;
  for (const char32_t character : composed) {
    const auto replacement = replacements().find(character);
    if (replacement == replacements().end()) {
      append(result, character);
    } else {
      for (const char32_t part : replacement->second) append(result, part);
    }
  }
  return encode_utf8(result);
}

std::string unify_joints(std::string_view utf8) {
  static const std::vector<Rewriting> kBound = [] {
    std::vector<Rewriting> rules;
    rules.emplace_back("(?<![\\p{L}\\p{M}\\u200c])(ن?می)\\u200c? +(?=\\p{L})",
                       [](const Rewriting::Groups& groups) { return groups[1] + "\u200c"; });
    rules.emplace_back(
        "(?<=[\\p{L}\\p{M}])\\u200c? +\\u200c?(?=(?:ها|های|هایی|هایم|هایت|هایش|هایمان|هایتان|هایشان|تر|تری|ترین)"
        "(?![\\p{L}\\p{M}\\u200c]))",
        "\u200c");
    return rules;
  }();
  return encode_utf8(keep_seen_joints(decode_utf8(rewrite(std::string(utf8), kBound))));
}

}  // namespace myxtts::text::persian

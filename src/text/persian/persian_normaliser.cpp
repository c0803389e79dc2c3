#include "text/persian/persian_normaliser.hpp"

#include <array>
#include <utility>
#include <vector>

#include "text/persian/persian_numbers.hpp"
#include "text/persian/persian_spelling.hpp"
#include "text/rewriting.hpp"
#include "text/unicode.hpp"

namespace myxtts::text {
namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

std::vector<Rewriting> rules_of(const Pairs& pairs) {
  std::vector<Rewriting> rules;
  for (const auto& [pattern, words] : pairs) rules.emplace_back(pattern, words);
  return rules;
}

// Patterns for text that is unified and in lower case; numbers are still digits.
const std::vector<Rewriting>& abbreviations() {
  static const std::vector<Rewriting> kRules = rules_of({
      {"ق ?\\. ?م\\b\\.?", "قبل از میلاد"},
      {"(?<!\\p{L})ه ?\\. ?ش\\b\\.?", "هجری شمسی"},
      {"(?<!\\p{L})ه ?\\. ?ق\\b\\.?", "هجری قمری"},
      {"(?<=\\d{3,4}) ?م(?![\\p{L}\\p{M}\\u200c])\\.?", " میلادی"},
      {"(?<=\\d{4}) ?ش(?![\\p{L}\\p{M}\\u200c])\\.?", " شمسی"},
      {"(?<=\\d{3,4}) ?ق(?![\\p{L}\\p{M}\\u200c])\\.?", " قمری"},
      {"\\( ?ص ?\\)", " صلی الله علیه و آله "},
      {"\\( ?ع ?\\)", " علیه السلام "},
      {"\\( ?س ?\\)", " سلام الله علیها "},
      {"\\( ?ره ?\\)", " رحمت الله علیه "},
      {"\\( ?عج ?\\)", " عجل الله تعالی فرجه "},
      {"(?<!\\p{L})ص ?\\.? ?(?=\\d)", "صفحه "},
      {"(?<!\\p{L})صص ?\\.? ?(?=\\d)", "صفحه‌های "},
      {"(?<!\\p{L})ج ?\\.? ?(?=\\d)", "جلد "},
      {"(?<!\\p{L})ر ?\\. ?ک\\b\\.?", "رجوع کنید به"},
      {"(?<!\\p{L})ج ?\\. ?ا ?\\. ?ا\\b\\.?", "جمهوری اسلامی ایران"},
      {"(?<!\\p{L})الخ(?!\\p{L})", "تا آخر"},
  });
  return kRules;
}

const std::vector<Rewriting>& symbols() {
  static const std::vector<Rewriting> kRules = rules_of({
      {"° ?c\\b", " درجه سانتی‌گراد "},
      {"° ?f\\b", " درجه فارنهایت "},
      {"°", " درجه "},
      {"&", " و "},
      {"\\+", " به علاوه "},
      {"=", " مساوی "},
      {"@", " ات "},
      {"#", " شماره "},
      {"×", " ضرب در "},
      {"÷", " تقسیم بر "},
      {"%", " درصد "},
      {"\\$", " دلار "},
      {"€", " یورو "},
      {"£", " پوند "},
      {"¥", " ین "},
      {"–", " - "},
      {"[/\"()\\[\\]{}_|*\\\\]", " "},
  });
  return kRules;
}

}  // namespace

std::string PersianNormaliser::normalise(std::string_view utf8) const {
  const std::string unified = lower_case(persian::unify_characters(utf8));
  const std::string numbers = persian::spell_numbers(rewrite(unified, abbreviations()));
  const std::string spoken = collapse_spaces(rewrite(numbers, symbols()));
  return collapse_spaces(persian::unify_joints(spoken));
}

}  // namespace myxtts::text

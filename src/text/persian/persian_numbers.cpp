#include "text/persian/persian_numbers.hpp"

#include <array>
#include <utility>
#include <vector>

#include "text/persian/persian_number_words.hpp"
#include "text/rewriting.hpp"

namespace myxtts::text::persian {
namespace {

using Groups = Rewriting::Groups;

// A whole number, optionally in groups of three digits and with decimals.
constexpr std::string_view kNumber = "(\\d{1,3}(?:,\\d{3})++(?!\\d)|\\d++)(?:\\.(\\d++))?+";
constexpr std::string_view kMagnitude = "(?: ?(هزار|میلیون|میلیارد|تریلیون)(?!\\p{L}))?+";

constexpr std::array<std::string_view, 12> kPersianMonths{"فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
                                                          "مهر",     "آبان",     "آذر",   "دی",  "بهمن",  "اسفند"};
constexpr std::array<std::string_view, 12> kGregorianMonths{"ژانویه", "فوریه", "مارس",    "آوریل", "مه",     "ژوئن",
                                                            "ژوئیه",  "اوت",   "سپتامبر", "اکتبر", "نوامبر", "دسامبر"};

struct Currency {
  std::string_view sign, name, hundredth;
};
constexpr std::array<Currency, 4> kCurrencies{
    {{"$", "دلار", "سنت"}, {"€", "یورو", "سنت"}, {"£", "پوند", "پنس"}, {"¥", "ین", "سن"}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kUnits{{{"km/h", "کیلومتر بر ساعت"},
                                                                                {"m/s", "متر بر ثانیه"},
                                                                                {"km2", "کیلومتر مربع"},
                                                                                {"m2", "متر مربع"},
                                                                                {"m3", "متر مکعب"},
                                                                                {"km", "کیلومتر"},
                                                                                {"cm", "سانتی‌متر"},
                                                                                {"mm", "میلی‌متر"},
                                                                                {"m", "متر"},
                                                                                {"kg", "کیلوگرم"},
                                                                                {"mg", "میلی‌گرم"},
                                                                                {"g", "گرم"},
                                                                                {"ml", "میلی‌لیتر"},
                                                                                {"l", "لیتر"},
                                                                                {"kw", "کیلووات"},
                                                                                {"w", "وات"},
                                                                                {"ghz", "گیگاهرتز"},
                                                                                {"mhz", "مگاهرتز"},
                                                                                {"khz", "کیلوهرتز"},
                                                                                {"hz", "هرتز"},
                                                                                {"gb", "گیگابایت"},
                                                                                {"mb", "مگابایت"}}};

std::uint64_t value_of(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char digit : digits) value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  return value;
}

// Codes (very long numbers, and numbers that begin with a zero) are read digit by digit.
std::string whole_words(std::string digits) {
  constexpr std::size_t kMaxDigits = 18;
  std::erase(digits, ',');
  const bool is_code = digits.size() > kMaxDigits || (digits.size() > 1 && digits.front() == '0');
  return is_code ? digit_words(digits) : cardinal_words(value_of(digits));
}

std::string number_words(const std::string& whole, const std::string& decimals) {
  return whole_words(whole) + (decimals.empty() ? "" : " ممیز " + whole_words(decimals));
}

const Currency& currency_of(std::string_view sign) {
  for (const Currency& currency : kCurrencies) {
    if (currency.sign == sign) return currency;
  }
  return kCurrencies.front();
}

std::string money_words(const std::string& whole, const std::string& decimals, const std::string& magnitude,
                        const Currency& currency) {
  const std::string name(currency.name);
  if (!magnitude.empty()) return number_words(whole, decimals) + ' ' + magnitude + ' ' + name;
  if (decimals.size() != 2) return number_words(whole, decimals) + ' ' + name;
  const std::string small = cardinal_words(value_of(decimals)) + ' ' + std::string(currency.hundredth);
  if (value_of(decimals) == 0) return whole_words(whole) + ' ' + name;
  return whole == "0" ? small : whole_words(whole) + ' ' + name + " و " + small;
}

// Returns `written` if there is no such day.
std::string date_words(std::uint64_t year, std::uint64_t month, std::uint64_t day, const std::string& written) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return written;
  constexpr std::uint64_t kFirstGregorianYear = 1600;
  const auto& months = year < kFirstGregorianYear ? kPersianMonths : kGregorianMonths;
  return ordinal_words(day) + ' ' + std::string(months.at(month - 1)) + ' ' + cardinal_words(year);
}

std::string time_words(const Groups& groups) {
  std::string words = whole_words(std::to_string(value_of(groups[1])));
  if (groups[2] != "00") words += " و " + cardinal_words(value_of(groups[2])) + " دقیقه";
  if (!groups[3].empty() && groups[3] != "00") words += " و " + cardinal_words(value_of(groups[3])) + " ثانیه";
  return words;
}

// "2/3" is a fraction; in "3/14" the bar is the decimal sign.
std::string bar_words(const Groups& groups) {
  const std::uint64_t numerator = value_of(groups[1]), denominator = value_of(groups[2]);
  const bool is_fraction = numerator > 0 && numerator < denominator && groups[1].front() != '0' && denominator <= 10;
  if (!is_fraction) return number_words(groups[1], groups[2]);
  return cardinal_words(numerator) + ' ' + ordinal_words(denominator);
}

std::string telephone_words(const Groups& groups) {
  std::string words;
  for (const char digit : groups[0]) words += digit == '-' ? " " : ' ' + digit_words({&digit, 1});
  return words;
}

std::vector<Rewriting> unit_rules() {
  std::vector<Rewriting> rules;
  for (const auto& [written, spoken] : kUnits) {
    rules.emplace_back("(?<=\\d) ?" + std::string(written) + "(?![A-Za-z0-9])", " " + std::string(spoken));
  }
  return rules;
}

// Rules that run before plain numbers: the text around a number determines how it is read.
std::vector<Rewriting> compound_rules() {
  const std::string number(kNumber);
  const std::string money = number + std::string(kMagnitude);
  std::vector<Rewriting> rules;
  rules.emplace_back("(?<![\\d/.-])([12]\\d{3})[/-](\\d{1,2})[/-](\\d{1,2})(?![\\d/-])",
                     [](const Groups& g) { return date_words(value_of(g[1]), value_of(g[2]), value_of(g[3]), g[0]); });
  rules.emplace_back("(?<![\\d/.-])(\\d{1,2})/(\\d{1,2})/([12]\\d{3})(?![\\d/-])",
                     [](const Groups& g) { return date_words(value_of(g[3]), value_of(g[2]), value_of(g[1]), g[0]); });
  rules.emplace_back("(?<![\\d:])([01]?\\d|2[0-4]):([0-5]\\d)(?::([0-5]\\d))?+(?![\\d:])", time_words);
  rules.emplace_back("(?<![\\d.,/-])0\\d++(?:-\\d++)++", telephone_words);
  rules.emplace_back("([$€£¥]) ?" + money,
                     [](const Groups& g) { return money_words(g[2], g[3], g[4], currency_of(g[1])); });
  rules.emplace_back(money + " ?([$€£¥])",
                     [](const Groups& g) { return money_words(g[1], g[2], g[3], currency_of(g[4])); });
  rules.emplace_back("(?:% ?" + number + "|" + number + " ?%)",
                     [](const Groups& g) { return number_words(g[1] + g[3], g[2] + g[4]) + " درصد"; });
  rules.emplace_back("(?<=\\d)(?:-| ?– ?)(?=[1-9])(?!\\d++-)", " تا ");
  rules.emplace_back("(?<![\\p{L}\\d)])-(?=\\d)", " منفی ");
  rules.emplace_back("(?<=\\p{L})-(?=\\d)", " ");
  rules.emplace_back("(?<![\\d.,/])(\\d{1,9})\\u200c?(?:(ا?مین)|ا?م)(?![\\p{L}\\p{M}\\u200c])",
                     [](const Groups& g) { return ordinal_words(value_of(g[1])) + (g[2].empty() ? "" : "ین"); });
  rules.emplace_back("(?<![\\d./])(\\d++)/(\\d++)(?![\\d/])", bar_words);
  rules.emplace_back("(?<=\\d)\\.(?=\\d++\\.\\d)|(?<=\\d\\.\\d{1,9})\\.(?=\\d)", " نقطه ");
  return rules;
}

}  // namespace

std::string spell_numbers(std::string_view text) {
  static const std::vector<Rewriting> kUnitRules = unit_rules();
  static const std::vector<Rewriting> kCompoundRules = compound_rules();
  static const Rewriting kPlain(kNumber, [](const Groups& g) { return ' ' + number_words(g[1], g[2]) + ' '; });
  static const Rewriting kJoint(" \\u200c", "\u200c");  // "5‌گانه" is one word
  return kJoint(kPlain(rewrite(rewrite(std::string(text), kUnitRules), kCompoundRules)));
}

}  // namespace myxtts::text::persian

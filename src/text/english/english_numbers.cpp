#include "text/english/english_numbers.hpp"

#include <array>
#include <optional>
#include <vector>

#include "text/english/english_number_words.hpp"
#include "text/unicode.hpp"

namespace myxtts::text {
namespace {

struct Currency {
  std::string_view symbol;
  std::string_view singular, plural;
  std::string_view small_singular, small_plural;
};
constexpr std::array<Currency, 4> kCurrencies{{{"$", "dollar", "dollars", "cent", "cents"},
                                               {"£", "pound", "pounds", "penny", "pence"},
                                               {"€", "euro", "euros", "cent", "cents"},
                                               {"¥", "yen", "yen", "sen", "sen"}}};
constexpr std::array<std::string_view, 4> kMagnitudes{"thousand", "million", "billion", "trillion"};
constexpr std::array<std::string_view, 4> kOrdinalEndings{"st", "nd", "rd", "th"};

struct Number {
  bool is_negative = false;
  bool is_grouped = false;              // has thousands separators
  std::string digits;                   // of the integer part; empty in ".5"
  std::vector<std::string_view> parts;  // after each point: one in a decimal, more in "1.2.3"
};

unsigned small_value(std::string_view digits) {
  unsigned value = 0;
  for (const char digit : digits) value = value * 10 + static_cast<unsigned>(digit - '0');
  return value;
}

std::string whole_words(std::string_view digits) {
  constexpr std::size_t kMaximumDigits = 18;
  if (digits.size() > kMaximumDigits || (digits.size() > 1 && digits[0] == '0')) return digit_words(digits);
  std::uint64_t value = 0;
  for (const char digit : digits) value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  return cardinal_words(value);
}

std::string ordinal_of(std::string_view digits) {
  constexpr std::size_t kMaximumDigits = 9;
  return digits.size() > kMaximumDigits ? digit_words(digits) + "th" : ordinal_words(small_value(digits));
}

bool is_year(const Number& number) {
  if (number.digits.size() != 4 || number.is_grouped || number.is_negative || !number.parts.empty()) return false;
  const unsigned value = small_value(number.digits);
  return value >= 1100 && value < 2100;
}

std::string plain_words(const Number& number) {
  std::string words = number.digits.empty() ? "" : whole_words(number.digits);
  for (const std::string_view part : number.parts) words += (words.empty() ? "point " : " point ") + digit_words(part);
  return (number.is_negative ? "minus " : "") + words;
}

std::string counted(std::string_view digits, std::string_view singular, std::string_view plural) {
  return whole_words(digits) + ' ' + std::string(digits == "1" ? singular : plural);
}

std::string amount_words(const Number& number, const Currency& currency) {
  const std::string sign = number.is_negative ? "minus " : "";
  const bool has_small = number.parts.size() == 1 && number.parts[0].size() == 2;
  if (!has_small) {
    const bool is_one = number.digits == "1" && number.parts.empty();
    return plain_words(number) + ' ' + std::string(is_one ? currency.singular : currency.plural);
  }
  const std::string whole = counted(number.digits.empty() ? "0" : number.digits, currency.singular, currency.plural);
  if (number.parts[0] == "00") return sign + whole;
  const std::string cents = std::to_string(small_value(number.parts[0]));
  const std::string small = counted(cents, currency.small_singular, currency.small_plural);
  return sign + (small_value(number.digits.substr(0, 9)) == 0 ? small : whole + " and " + small);
}

std::string fraction_words(unsigned numerator, unsigned denominator) {
  if (denominator == 2) return numerator == 1 ? "one half" : cardinal_words(numerator) + " halves";
  const std::string part = denominator == 4 ? "quarter" : ordinal_words(denominator);
  return cardinal_words(numerator) + ' ' + part + (numerator == 1 ? "" : "s");
}

// One pass over a text.
class NumberSpeller {
 public:
  explicit NumberSpeller(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size()) {
      if (!spell_number_here()) result_ += text_[at_++];
    }
    return std::move(result_);
  }

 private:
  char peek(std::size_t offset = 0) const { return at_ + offset < text_.size() ? text_[at_ + offset] : '\0'; }
  bool is_digit_at(std::size_t offset) const { return is_digit_byte(peek(offset)); }
  bool starts_number(std::size_t offset) const {
    return is_digit_at(offset) || (peek(offset) == '.' && is_digit_at(offset + 1));
  }
  char before() const { return at_ == 0 ? ' ' : text_[at_ - 1]; }
  // Whether `word` is a whole word at an offset.
  bool has_word(std::string_view word, std::size_t offset = 0) const {
    return text_.substr(std::min(at_ + offset, text_.size())).starts_with(word) &&
           !is_letter_byte(peek(offset + word.size())) && !is_digit_at(offset + word.size());
  }
  const Currency* currency_at(std::size_t offset) const {
    for (const Currency& currency : kCurrencies) {
      if (text_.substr(std::min(at_ + offset, text_.size())).starts_with(currency.symbol)) return &currency;
    }
    return nullptr;
  }

  bool spell_number_here() {
    const bool is_negative = peek() == '-' && std::string_view(" ([").find(before()) != std::string_view::npos;
    std::size_t offset = is_negative ? 1 : 0;
    const Currency* currency = currency_at(offset);
    if (currency != nullptr) offset += currency->symbol.size();
    if (!starts_number(offset)) return false;
    if (peek(offset) == '.' && (is_letter_byte(before()) || before() == '.') && offset == 0) return false;
    at_ += offset;
    Number number = read_number();
    number.is_negative = is_negative;
    emit(currency != nullptr ? money(number, *currency) : words_with_suffix(number));
    return true;
  }

  std::string_view read_digits() {
    const std::size_t begin = at_;
    while (is_digit_at(0)) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  Number read_number() {
    Number number;
    number.digits = read_digits();
    while (number.digits.size() <= 3 || number.is_grouped) {
      const bool has_group = peek() == ',' && is_digit_at(1) && is_digit_at(2) && is_digit_at(3) && !is_digit_at(4);
      if (!has_group || number.digits.empty()) break;
      ++at_;
      number.digits += read_digits();
      number.is_grouped = true;
    }
    while (peek() == '.' && is_digit_at(1)) {
      ++at_;
      number.parts.push_back(read_digits());
    }
    return number;
  }

  std::string money(const Number& number, const Currency& currency) {
    for (const std::string_view magnitude : kMagnitudes) {
      if (peek() != ' ' || !has_word(magnitude, 1)) continue;
      at_ += 1 + magnitude.size();
      return plain_words(number) + ' ' + std::string(magnitude) + ' ' + std::string(currency.plural);
    }
    return amount_words(number, currency);
  }

  // The words of a number without a currency, including a suffix that changes its reading.
  std::string words_with_suffix(const Number& number) {
    const bool is_plain = number.parts.empty() && !number.is_negative;
    if (is_plain) {
      if (auto words = ordinal(number)) return *words;
      if (auto words = decade(number)) return *words;
      if (auto words = time(number)) return *words;
      if (auto words = fraction(number)) return *words;
      if (auto words = half_of_day(number)) return *words;
    }
    if (!is_year(number) || peek() == '%') return plain_words(number);
    return years(number);
  }

  std::optional<std::string> ordinal(const Number& number) {
    for (const std::string_view ending : kOrdinalEndings) {
      if (!has_word(ending)) continue;
      at_ += ending.size();
      return ordinal_of(number.digits);
    }
    return std::nullopt;
  }

  // "1920s", "90s"
  std::optional<std::string> decade(const Number& number) {
    if (!has_word("s")) return std::nullopt;
    ++at_;
    return plural_words(is_year(number) ? year_words(small_value(number.digits)) : whole_words(number.digits));
  }

  // "3:05", "10:00 pm"
  std::optional<std::string> time(const Number& number) {
    const bool is_time = number.digits.size() <= 2 && peek() == ':' && is_digit_at(1) && peek(1) < '6' &&
                         is_digit_at(2) && !is_digit_at(3) && peek(3) != ':' && small_value(number.digits) < 25;
    if (!is_time) return std::nullopt;
    ++at_;
    const std::string_view minutes = read_digits();
    const std::string hour = cardinal_words(small_value(number.digits));
    const std::string half = read_half_of_day();
    if (minutes == "00") return hour + (half.empty() ? " o'clock" : half);
    return hour + (minutes[0] == '0' ? " oh " : " ") + cardinal_words(small_value(minutes)) + half;
  }

  // "5pm", "5 p m"
  std::optional<std::string> half_of_day(const Number& number) {
    if (number.digits.size() > 2) return std::nullopt;
    const std::string half = read_half_of_day();
    if (half.empty()) return std::nullopt;
    return whole_words(number.digits) + half;
  }

  // Reads "pm" or "p m" (from "p.m.") and returns " p m".
  std::string read_half_of_day() {
    const std::size_t space = peek() == ' ' ? 1 : 0;
    for (const std::string_view half : {"am", "a m", "pm", "p m"}) {
      if (!has_word(half, space)) continue;
      at_ += space + half.size();
      return {' ', half.front(), ' ', half.back()};
    }
    return {};
  }

  // "3/4"; dates such as "9/11/2001" are not fractions.
  std::optional<std::string> fraction(const Number& number) {
    const bool is_short = number.digits.size() == 1 && before() != '/' && peek() == '/';
    const std::size_t denominator_digits = peek(1) == '1' && peek(2) == '0' ? 2 : 1;
    if (!is_short || !is_digit_at(1) || is_digit_at(1 + denominator_digits) || peek(1 + denominator_digits) == '/') {
      return std::nullopt;
    }
    if (at_ >= 2 && text_[at_ - 2] == '/') return std::nullopt;
    const unsigned numerator = small_value(number.digits);
    const unsigned denominator = small_value(text_.substr(at_ + 1, denominator_digits));
    if (denominator < 2 || numerator == 0 || numerator >= denominator) return std::nullopt;
    at_ += 1 + denominator_digits;
    return fraction_words(numerator, denominator);
  }

  // A year or a range of years: "1914-1918".
  std::string years(const Number& number) {
    std::string words = year_words(small_value(number.digits));
    const bool is_range =
        peek() == '-' && is_digit_at(1) && is_digit_at(2) && is_digit_at(3) && is_digit_at(4) && !is_digit_at(5);
    if (is_range) {
      ++at_;
      words += " to";
    }
    return words;
  }

  void emit(const std::string& words) {
    const bool needs_space = !result_.empty() && (is_letter_byte(result_.back()) || result_.back() == '.');
    if (needs_space) result_ += ' ';
    result_ += words;
    const bool touches = is_letter_byte(peek()) || is_digit_at(0) || currency_at(0) != nullptr || starts_number(0);
    if (touches) result_ += ' ';
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string result_;
};

}  // namespace

std::string spell_numbers(std::string_view text) { return NumberSpeller(text).run(); }

}  // namespace myxtts::text

#include "text/english/english_abbreviations.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "text/unicode.hpp"

namespace myxtts::text {
namespace {

enum class When { dotted, dot_optional, before_number };

struct Abbreviation {
  std::string_view written;
  std::string_view spoken;
  When when = When::dotted;
};

constexpr std::array kAbbreviations{
    Abbreviation{"mr", "mister", When::dot_optional},
    Abbreviation{"mrs", "missus", When::dot_optional},
    Abbreviation{"ms", "miss"},
    Abbreviation{"dr", "doctor", When::dot_optional},
    Abbreviation{"drs", "doctors"},
    Abbreviation{"messrs", "messieurs", When::dot_optional},
    Abbreviation{"prof", "professor"},
    Abbreviation{"rev", "reverend"},
    Abbreviation{"hon", "honorable"},
    Abbreviation{"esq", "esquire"},
    Abbreviation{"jr", "junior"},
    Abbreviation{"sr", "senior"},
    Abbreviation{"gen", "general"},
    Abbreviation{"maj", "major"},
    Abbreviation{"col", "colonel"},
    Abbreviation{"capt", "captain"},
    Abbreviation{"lt", "lieutenant"},
    Abbreviation{"sgt", "sergeant"},
    Abbreviation{"gov", "governor"},
    Abbreviation{"sen", "senator"},
    Abbreviation{"pres", "president"},
    Abbreviation{"co", "company"},
    Abbreviation{"inc", "incorporated"},
    Abbreviation{"corp", "corporation"},
    Abbreviation{"ltd", "limited"},
    Abbreviation{"dept", "department"},
    Abbreviation{"ft", "fort"},
    Abbreviation{"mt", "mount"},
    Abbreviation{"ave", "avenue"},
    Abbreviation{"blvd", "boulevard"},
    Abbreviation{"etc", "et cetera"},
    Abbreviation{"vs", "versus"},
    Abbreviation{"approx", "approximately"},
    Abbreviation{"no", "number", When::before_number},
    Abbreviation{"nos", "numbers", When::before_number},
    Abbreviation{"vol", "volume", When::before_number},
    Abbreviation{"fig", "figure", When::before_number},
    Abbreviation{"ch", "chapter", When::before_number},
    Abbreviation{"p", "page", When::before_number},
    Abbreviation{"pp", "pages", When::before_number},
    Abbreviation{"jan", "january", When::before_number},
    Abbreviation{"feb", "february", When::before_number},
    Abbreviation{"mar", "march", When::before_number},
    Abbreviation{"apr", "april", When::before_number},
    Abbreviation{"aug", "august", When::before_number},
    Abbreviation{"sept", "september", When::before_number},
    Abbreviation{"oct", "october", When::before_number},
    Abbreviation{"nov", "november", When::before_number},
    Abbreviation{"dec", "december", When::before_number},
};

struct Unit {
  std::string_view written;
  std::string_view singular;
  std::string_view plural;
};

constexpr std::array kUnits{
    Unit{"ft", "foot", "feet"},
    Unit{"lb", "pound", "pounds"},
    Unit{"lbs", "pound", "pounds"},
    Unit{"oz", "ounce", "ounces"},
    Unit{"km", "kilometer", "kilometers"},
    Unit{"cm", "centimeter", "centimeters"},
    Unit{"mm", "millimeter", "millimeters"},
    Unit{"kg", "kilogram", "kilograms"},
    Unit{"mph", "mile per hour", "miles per hour"},
};

// An ASCII word and the text around it.
struct Word {
  std::string_view text;
  std::size_t begin = 0;
  std::size_t end = 0;  // one past the last letter

  std::string lower() const { return lower_case(text.substr(begin, end - begin)); }
  char at(std::size_t position) const { return position < text.size() ? text[position] : '\0'; }
  bool has_dot() const { return at(end) == '.'; }
  // The first position after the word, its full stop and spaces.
  std::size_t next() const { return std::min(text.find_first_not_of(' ', end + (has_dot() ? 1 : 0)), text.size()); }
  // The last position before the word that is not a space; not set if there is none.
  std::optional<std::size_t> previous() const {
    const std::size_t found = begin == 0 ? std::string_view::npos : text.find_last_not_of(' ', begin - 1);
    return found == std::string_view::npos ? std::nullopt : std::optional(found);
  }
};

bool is_upper(char byte) { return byte >= 'A' && byte <= 'Z'; }
bool is_ascii_letter(char byte) { return is_letter_byte(byte) && (static_cast<unsigned char>(byte) & 0x80U) == 0; }
bool joins_word(char byte) { return is_letter_byte(byte) || is_digit_byte(byte); }

struct Expansion {
  std::string spoken;
  std::size_t end;  // where the rest of the text begins
};

// "U.S." and longer: letters that are each followed by a full stop.
std::optional<Expansion> expand_dotted_letters(const Word& word) {
  std::string spoken;
  std::size_t end = word.begin;
  while (is_ascii_letter(word.at(end)) && word.at(end + 1) == '.') {
    if (!spoken.empty()) spoken += ' ';
    spoken += word.at(end);
    end += 2;
  }
  if (spoken.size() < 3 || joins_word(word.at(end))) return std::nullopt;
  const std::string lower = lower_case(spoken);
  if (lower == "e g") spoken = "for example";
  if (lower == "i e") spoken = "that is";
  return Expansion{spoken, end};
}

std::optional<Expansion> expand_unit(const Word& word) {
  const auto previous = word.previous();
  if (!previous || !is_digit_byte(word.text[*previous])) return std::nullopt;
  const std::string lower = word.lower();
  const auto* unit = std::ranges::find(kUnits, std::string_view(lower), &Unit::written);
  if (unit == kUnits.end()) return std::nullopt;
  const bool is_one =
      word.text[*previous] == '1' &&
      (*previous == 0 || std::string_view("0123456789.,").find(word.text[*previous - 1]) == std::string_view::npos);
  const std::string space = *previous + 1 == word.begin ? " " : "";
  return Expansion{space + std::string(is_one ? unit->singular : unit->plural), word.end + (word.has_dot() ? 1 : 0)};
}

// "Saint" before a name ("St. Louis", "st. louis"), "street" elsewhere ("Main St.", "Main St. was").
std::optional<Expansion> expand_saint_or_street(const Word& word) {
  const char next = word.at(word.next());
  const bool is_capital = is_upper(word.at(word.begin));
  if (!word.has_dot() && !(is_capital && !is_upper(word.at(word.begin + 1)) && is_upper(next))) return std::nullopt;
  const bool names = is_letter_byte(next) && (is_upper(next) || !is_capital);
  return Expansion{names ? "saint" : "street", word.end + (word.has_dot() ? 1 : 0)};
}

std::optional<Expansion> expand_listed(const Word& word) {
  const std::string lower = word.lower();
  if (lower == "st") return expand_saint_or_street(word);
  const auto* found = std::ranges::find(kAbbreviations, std::string_view(lower), &Abbreviation::written);
  if (found == kAbbreviations.end()) return std::nullopt;
  if (!word.has_dot() && found->when != When::dot_optional) return std::nullopt;
  if (found->when == When::before_number && !is_digit_byte(word.at(word.next()))) return std::nullopt;
  if (word.has_dot() && is_ascii_letter(word.at(word.end + 1)) && found->when != When::dot_optional)
    return std::nullopt;
  const std::size_t end = word.end + (word.has_dot() ? 1 : 0);
  return Expansion{std::string(found->spoken) + (joins_word(word.at(end)) ? " " : ""), end};
}

std::optional<Expansion> expand(const Word& word) {
  if (auto unit = expand_unit(word)) return unit;
  const char before = word.begin == 0 ? ' ' : word.text[word.begin - 1];
  const bool apart = !joins_word(before) && before != '.' && before != '\'';
  if (!apart || joins_word(word.at(word.end)) || word.at(word.end) == '\'') return std::nullopt;
  if (auto letters = expand_dotted_letters(word)) return letters;
  return expand_listed(word);
}

bool is_end_of_text(std::string_view rest) { return rest.find_first_not_of(" \"')]") == std::string_view::npos; }

}  // namespace

std::string expand_abbreviations(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    Word word{text, at, at};
    while (is_ascii_letter(word.at(word.end))) ++word.end;
    const auto expansion = word.end > at ? expand(word) : std::nullopt;
    if (!expansion) {
      word.end = std::max(word.end, at + 1);
      result += text.substr(at, word.end - at);
      at = word.end;
      continue;
    }
    result += expansion->spoken;
    if (text[expansion->end - 1] == '.' && is_end_of_text(text.substr(expansion->end))) result += '.';
    at = expansion->end;
  }
  return result;
}

bool is_abbreviation(std::string_view word) {
  if (!word.ends_with('.')) return false;
  const std::size_t letters = word.find_first_not_of("(\"'[");
  word = word.substr(std::min(letters, word.size()), word.npos);
  if (word.size() == 2) return is_upper(word[0]);
  if (word.size() >= 4 && word[word.size() - 3] == '.') return is_ascii_letter(word[word.size() - 2]);
  const std::string lower = lower_case(word.substr(0, word.empty() ? 0 : word.size() - 1));
  if (lower == "st") return true;
  const auto* found = std::ranges::find(kAbbreviations, std::string_view(lower), &Abbreviation::written);
  constexpr std::array<std::string_view, 3> kOftenAtTheEnd{"etc", "no", "p"};
  return found != kAbbreviations.end() && std::ranges::find(kOftenAtTheEnd, lower) == kOftenAtTheEnd.end();
}

}  // namespace myxtts::text

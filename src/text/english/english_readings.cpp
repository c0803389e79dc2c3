#include "text/english/english_readings.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "text/english/english_number_words.hpp"
#include "text/rewriting.hpp"

namespace myxtts::text {
namespace {

using Groups = Rewriting::Groups;

constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};

struct Unit {
  std::string_view written, singular, plural;
};
constexpr std::array kUnits{Unit{"m/s", "meter per second", "meters per second"},
                            Unit{"km2", "square kilometer", "square kilometers"},
                            Unit{"m2", "square meter", "square meters"},
                            Unit{"m3", "cubic meter", "cubic meters"},
                            Unit{"ml", "milliliter", "milliliters"},
                            Unit{"mg", "milligram", "milligrams"},
                            Unit{"kw", "kilowatt", "kilowatts"},
                            Unit{"ghz", "gigahertz", "gigahertz"},
                            Unit{"mhz", "megahertz", "megahertz"},
                            Unit{"khz", "kilohertz", "kilohertz"},
                            Unit{"hz", "hertz", "hertz"},
                            Unit{"gb", "gigabyte", "gigabytes"},
                            Unit{"mb", "megabyte", "megabytes"},
                            Unit{"kb", "kilobyte", "kilobytes"},
                            Unit{"¢", "cent", "cents"}};

// "ii" -> 2. `numeral` holds i, v and x only.
unsigned roman_value(std::string_view numeral) {
  const auto value = [](char letter) { return letter == 'x' ? 10U : letter == 'v' ? 5U : 1U; };
  unsigned sum = 0;
  for (std::size_t i = 0; i < numeral.size(); ++i) {
    const bool subtracts = i + 1 < numeral.size() && value(numeral[i]) < value(numeral[i + 1]);
    subtracts ? sum -= value(numeral[i]) : sum += value(numeral[i]);
  }
  return sum;
}

// "2021-05-12" -> "may twelfth 2021"
std::string date(const Groups& groups) {
  const auto month = static_cast<unsigned>(std::stoul(groups[2])), day = static_cast<unsigned>(std::stoul(groups[3]));
  if (month < 1 || month > 12 || day < 1 || day > 31) return groups[0];
  return std::string(kMonths.at(month - 1)) + ' ' + ordinal_words(day) + ' ' + groups[1];
}

std::string telephone(const Groups& groups) {
  std::string words;
  for (const char digit : groups[0]) words += digit == '-' ? ", " : digit_words({&digit, 1}) + ' ';
  return words;
}

std::string month_names() {
  std::string names;
  for (const std::string_view month : kMonths) names += (names.empty() ? "" : "|") + std::string(month);
  return names;
}

void add_units(std::vector<Rewriting>& rules) {
  for (const Unit& unit : kUnits) {
    const std::string written = " ?" + std::string(unit.written) + "(?![a-z0-9/])";
    rules.emplace_back("(?<![\\d.,])(1)" + written, "1 " + std::string(unit.singular));
    rules.emplace_back("(?<=\\d)" + written, " " + std::string(unit.plural));
  }
}

std::vector<Rewriting> make_rules() {
  std::vector<Rewriting> rules;
  rules.emplace_back("(?<![\\d/.-])([12]\\d{3})-(\\d{1,2})-(\\d{1,2})(?![\\d-])", date);
  rules.emplace_back("\\b(" + month_names() + ") (\\d{1,2})(?![\\d:.]|st|nd|rd|th)(?=,? |,?$|[;!?)])",
                     [](const Groups& g) {
                       const std::uint64_t day = std::stoull(g[2]);
                       return day < 1 || day > 31 ? g[0] : g[1] + ' ' + ordinal_words(day);
                     });
  rules.emplace_back("(?<![\\d-])(?:\\d{3}-)?\\d{3}-\\d{4}(?![\\d-])", telephone);
  rules.emplace_back("(?<![\\d:])(\\d{1,2}):([0-5]\\d):([0-5]\\d)(?![\\d:])",
                     [](const Groups& g) { return g[1] + ":" + g[2] + " and " + g[3] + " seconds"; });
  rules.emplace_back("(?<=\\d%) ?[-–] ?(?=\\d)", " to ");
  rules.emplace_back("(?<![\\d-])(\\d{1,3})-(\\d{1,3})(?![\\d-])",
                     [](const Groups& g) { return g[1] + " to " + g[2]; });
  rules.emplace_back("(\\$|£|€)(\\d[\\d.,]*+) ?(?:(bn)|(m)|k)(?![a-z])", [](const Groups& g) {
    return g[1] + g[2] + (!g[3].empty() ? " billion" : !g[4].empty() ? " million" : " thousand");
  });
  rules.emplace_back("(?<=\\d)k(?![a-z])", " thousand");
  rules.emplace_back("(?<![\\d'])(\\d)'(\\d{1,2})\"",
                     [](const Groups& g) { return g[1] + " feet " + g[2] + (g[2] == "1" ? " inch" : " inches"); });
  rules.emplace_back("\\b(world war|chapter(?= \\w\\w)|part(?= \\w\\w)|act(?= \\w\\w)|book(?= \\w\\w)) ([ivx]++)\\b",
                     [](const Groups& g) { return g[1] + ' ' + cardinal_words(roman_value(g[2])); });
  rules.emplace_back("(?<=[a-z0-9])\\.(?=(?:[a-z0-9-]++\\.)*+(?:com|org|net|edu|gov)\\b)", " dot ");
  rules.emplace_back("(?<=kilometers?)/h\\b", " per hour");
  add_units(rules);
  rules.emplace_back("~ ?(?=\\d)", "about ");
  rules.emplace_back(" ?± ?(?=\\d)", " plus or minus ");
  rules.emplace_back("§ ?(?=\\d)", "section ");
  rules.emplace_back("(?<=\\d) ?[x×] ?(?=\\d)", " by ");
  return rules;
}

}  // namespace

std::string expand_readings(std::string text) {
  static const std::vector<Rewriting> kRules = make_rules();
  return rewrite(std::move(text), kRules);
}

}  // namespace myxtts::text

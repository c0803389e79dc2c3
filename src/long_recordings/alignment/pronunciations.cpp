#include "long_recordings/alignment/pronunciations.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/lines.hpp"

namespace myxtts::long_recordings {
namespace {

// Longest spelling first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 63> kSpellings = {{
    {"tion", "SH AH N"}, {"sch", "SH"},  {"tch", "CH"}, {"igh", "AY"}, {"eau", "OW"},  {"ough", "AO"}, {"ch", "CH"},
    {"sh", "SH"},        {"th", "TH"},   {"ph", "F"},   {"wh", "W"},   {"ck", "K"},    {"ng", "NG"},   {"qu", "K W"},
    {"kn", "N"},         {"wr", "R"},    {"ee", "IY"},  {"ea", "IY"},  {"oo", "UW"},   {"ou", "AW"},   {"ow", "OW"},
    {"oa", "OW"},        {"oe", "OW"},   {"ai", "EY"},  {"ay", "EY"},  {"au", "AO"},   {"aw", "AO"},   {"oi", "OY"},
    {"oy", "OY"},        {"ie", "IY"},   {"ei", "AY"},  {"ew", "UW"},  {"ar", "AA R"}, {"er", "ER"},   {"ir", "ER"},
    {"ur", "ER"},        {"or", "AO R"}, {"a", "AE"},   {"b", "B"},    {"c", "K"},     {"d", "D"},     {"e", "EH"},
    {"f", "F"},          {"g", "G"},     {"h", "HH"},   {"i", "IH"},   {"j", "JH"},    {"k", "K"},     {"l", "L"},
    {"m", "M"},          {"n", "N"},     {"o", "AA"},   {"p", "P"},    {"q", "K"},     {"r", "R"},     {"s", "S"},
    {"t", "T"},          {"u", "AH"},    {"v", "V"},    {"w", "W"},    {"x", "K S"},   {"y", "IY"},    {"z", "Z"},
}};

std::string spelled(std::string_view word) {
  std::string phones;
  while (!word.empty()) {
    const auto* const spelling =
        std::ranges::find_if(kSpellings, [&](const auto& entry) { return word.starts_with(entry.first); });
    const bool is_known = spelling != kSpellings.end();
    const std::size_t length = is_known ? spelling->first.size() : 1;
    const bool is_doubled = length == 1 && word.size() > 1 && word[0] == word[1];
    if (is_known && !is_doubled) phones += (phones.empty() ? "" : " ") + std::string(spelling->second);
    word.remove_prefix(length);
  }
  return phones.empty() ? "AH" : phones;
}

}  // namespace

Pronunciations::Pronunciations(std::string_view dictionary) {
  for (const std::string_view line : core::split_lines(dictionary)) {
    const std::size_t space = line.find_first_of(" \t");
    if (space == std::string_view::npos) continue;
    const std::size_t phones = line.find_first_not_of(" \t", space);
    if (phones == std::string_view::npos) continue;
    const std::string_view word = line.substr(0, space);
    words_[std::string(word.substr(0, word.find('(')))].emplace_back(line.substr(phones));
  }
}

std::vector<std::string> Pronunciations::of(const std::string& word) const {
  if (const auto known = words_.find(word); known != words_.end()) return known->second;
  std::vector<std::string> compound = of_compound(word);
  return compound.empty() ? std::vector<std::string>{spelled(word)} : compound;
}

std::vector<std::string> Pronunciations::of_compound(const std::string& word) const {
  constexpr std::size_t kShortestPart = 3;
  std::vector<std::string> found;
  for (std::size_t length = kShortestPart; length + kShortestPart <= word.size(); ++length) {
    const auto first = words_.find(std::string_view(word).substr(0, length));
    const auto second = words_.find(std::string_view(word).substr(length));
    if (first != words_.end() && second != words_.end()) {
      found.push_back(first->second.front() + " " + second->second.front());
    }
  }
  return found;
}

}  // namespace myxtts::long_recordings

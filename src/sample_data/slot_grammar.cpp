#include "sample_data/slot_grammar.hpp"

#include <map>
#include <sstream>

#include "core/error.hpp"
#include "core/lines.hpp"

namespace myxtts::sample_data {
namespace {

[[noreturn]] void fail(const std::string& what, std::string_view where) {
  throw core::DataError(core::ErrorDetails{
      .what = what, .where = std::string(where), .value = {}, .expected = "<rule> = ...; on one line", .advice = {}});
}

std::string trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

std::vector<std::string> split_phrases(const std::string& body) {
  std::vector<std::string> phrases;
  std::istringstream stream(body);
  for (std::string phrase; std::getline(stream, phrase, '|');) phrases.push_back(trim(phrase));
  return phrases;
}

std::vector<std::string> split_words(const std::string& body) {
  std::vector<std::string> words;
  std::istringstream stream(body);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

struct Rules {
  std::string sentence;                      // the body of the public rule
  std::map<std::string, std::string> slots;  // "<noun>" -> the body of its rule
};

Rules read_rules(std::string_view jsgf) {
  Rules rules;
  for (const std::string_view line : core::split_lines(jsgf)) {
    const bool is_public = line.starts_with("public ");
    if (!is_public && !line.starts_with('<')) continue;
    const auto equals = line.find('=');
    const auto end = line.find(';');
    if (equals == std::string::npos || end == std::string::npos || end < equals) fail("unreadable grammar rule", line);
    const std::string body = trim(std::string_view(line).substr(equals + 1, end - equals - 1));
    (is_public ? rules.sentence : rules.slots[trim(std::string_view(line).substr(0, equals))]) = body;
  }
  if (rules.sentence.empty()) fail("the grammar has no public rule", {});
  return rules;
}

}  // namespace

SlotGrammar::SlotGrammar(std::string_view jsgf) {
  const Rules rules = read_rules(jsgf);
  for (const std::string& word : split_words(rules.sentence)) {
    if (!word.starts_with('<')) {
      positions_.push_back({word});
    } else if (const auto slot = rules.slots.find(word); slot != rules.slots.end() && !slot->second.empty()) {
      positions_.push_back(split_phrases(slot->second));
    } else {
      fail("a slot of the grammar has no rule", word);
    }
  }
}

std::uint64_t SlotGrammar::sentence_count() const {
  std::uint64_t count = 1;
  for (const auto& choices : positions_) count *= choices.size();
  return count;
}

std::string SlotGrammar::sentence(std::uint64_t number) const {
  std::string text;
  for (const auto& choices : positions_) {
    if (!text.empty()) text += ' ';
    text += choices[number % choices.size()];
    number /= choices.size();
  }
  return text;
}

}  // namespace myxtts::sample_data

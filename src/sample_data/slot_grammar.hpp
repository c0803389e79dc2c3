#pragma once
// A small grammar in JSGF form: a sentence is a sequence of fixed words and slots, a slot is one of several phrases.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::sample_data {

// Thread: immutable, so every call is thread-safe.
class SlotGrammar {
 public:
  // Reads `public <name> = word <slot> ...;` and `<slot> = phrase | phrase;`, one rule a line.
  // Throws: core::DataError if a rule is incomplete, a slot has no rule, or there is no public rule.
  explicit SlotGrammar(std::string_view jsgf);

  // The number of different sentences.
  [[nodiscard]] std::uint64_t sentence_count() const;

  // The sentence with a number in [0, sentence_count()); each number has a different one.
  [[nodiscard]] std::string sentence(std::uint64_t number) const;

 private:
  std::vector<std::vector<std::string>> positions_;  // the choices at each position; a fixed word is the only choice
};

}  // namespace myxtts::sample_data

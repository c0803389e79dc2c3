#pragma once
// Pronunciations of English words, in the phones of the CMU dictionary.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::long_recordings {

// The words of a dictionary file (`word phones` and `word(2) phones`, one a line).
class Pronunciations {
 public:
  explicit Pronunciations(std::string_view dictionary);

  // All pronunciations ("DH AH") of a word in lower case. A word that is not in the dictionary is composed of two that
  // are, or else derived from its spelling: good enough to find it if its neighbours are known. Never empty.
  [[nodiscard]] std::vector<std::string> of(const std::string& word) const;

 private:
  [[nodiscard]] std::vector<std::string> of_compound(const std::string& word) const;

  std::map<std::string, std::vector<std::string>, std::less<>> words_;
};

}  // namespace myxtts::long_recordings

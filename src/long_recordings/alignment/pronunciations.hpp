#pragma once
// How English words sound, in the phones of the CMU dictionary.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::long_recordings {

// The words of a dictionary file (`word phones` and `word(2) phones`, one a line).
class Pronunciations {
 public:
  explicit Pronunciations(std::string_view dictionary);

  // Every pronunciation of a word in lower case ("DH AH"). A word that is not there is put together from two that are,
  // or else spelled after English habits: near enough to find it where its neighbours are known. Never empty.
  [[nodiscard]] std::vector<std::string> of(const std::string& word) const;

 private:
  [[nodiscard]] std::vector<std::string> of_compound(const std::string& word) const;

  std::map<std::string, std::vector<std::string>, std::less<>> words_;
};

}  // namespace myxtts::long_recordings

#pragma once
// Rules of reading: what a pattern matches in a text is replaced by what is said.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::text {

class Rewriting {
 public:
  // What stands in the pattern's groups, the whole match first; a group that took no part is empty.
  using Groups = std::vector<std::string>;
  using Reading = std::function<std::string(const Groups& groups)>;

  // `pattern` is an ICU regular expression; without one of its groups the reading can only be fixed words.
  // Throws: core::Error where the pattern is none.
  Rewriting(std::string_view pattern, Reading reading);
  Rewriting(std::string_view pattern, std::string_view words);
  ~Rewriting();
  Rewriting(Rewriting&&) noexcept;
  Rewriting& operator=(Rewriting&&) noexcept;

  // Every match, from left to right, by its reading. `utf8` is valid.
  // Throws: core::DataError where ICU gives up on the text. Thread: any number at once.
  [[nodiscard]] std::string operator()(std::string_view utf8) const;

 private:
  struct Pattern;
  std::unique_ptr<Pattern> pattern_;
  Reading reading_;
};

// The rules one after the other, each over the whole text.
[[nodiscard]] std::string rewrite(std::string text, const std::vector<Rewriting>& rules);

// One space between words, none at the ends, none before a sign that closes (".,!?;:").
[[nodiscard]] std::string collapse_spaces(std::string_view text);

}  // namespace myxtts::text

#pragma once
// Reading rules: each match of a pattern in a text is replaced by the words that are spoken.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::text {

class Rewriting {
 public:
  // The text of the pattern's groups, the whole match first; a group that did not match is empty.
  using Groups = std::vector<std::string>;
  using Reading = std::function<std::string(const Groups& groups)>;

  // `pattern` is an ICU regular expression. Use `words` if the reading does not depend on its groups.
  // Throws: core::Error if the pattern is not a valid expression.
  Rewriting(std::string_view pattern, Reading reading);
  Rewriting(std::string_view pattern, std::string_view words);
  ~Rewriting();
  Rewriting(Rewriting&&) noexcept;
  Rewriting& operator=(Rewriting&&) noexcept;

  // Replaces every match, from left to right, by its reading. `utf8` must be valid.
  // Throws: core::DataError if ICU fails on the text. Thread: any number at once.
  [[nodiscard]] std::string operator()(std::string_view utf8) const;

 private:
  struct Pattern;
  std::unique_ptr<Pattern> pattern_;
  Reading reading_;
};

// Applies the rules one after the other, each to the whole text.
[[nodiscard]] std::string rewrite(std::string text, const std::vector<Rewriting>& rules);

// Leaves one space between words, no space at the ends and no space before closing punctuation (".,!?;:").
[[nodiscard]] std::string collapse_spaces(std::string_view text);

}  // namespace myxtts::text

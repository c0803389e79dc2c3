#include "core/error.hpp"

#include <algorithm>
#include <vector>

namespace myxtts::core {

std::string format_error(const ErrorDetails& details) {
  std::string text = details.what;
  if (!details.where.empty()) text += ": " + details.where;
  if (!details.value.empty()) text += ": '" + details.value + "'";
  if (!details.expected.empty()) text += "; expected " + details.expected;
  if (!details.advice.empty()) text += ". " + details.advice;
  return text;
}

void Error::add_context(const std::string& context) {
  static_cast<std::runtime_error&>(*this) = std::runtime_error(std::string(what()) + " (" + context + ")");
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row[b.size()];
}

}  // namespace myxtts::core

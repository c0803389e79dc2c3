#pragma once
// Which column of a manifest holds what, by the names that people give them.

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace myxtts::manifest {

// A column's place, from 0.
using Place = std::optional<std::size_t>;

struct Columns {
  Place audio;
  Place text;
  Place normalised_text;  // taken rather than `text`, in a row where it is not blank
  Place speaker;
  Place language;

  [[nodiscard]] bool name_clips() const { return audio && (text || normalised_text); }
};

// The columns called by `names` (a header line, or the keys of a JSON object), whatever their case; where several may
// hold the same, the one with the clearer name. Others are left alone.
[[nodiscard]] Columns find_columns(std::span<const std::string> names);

// "audio: path, text: sentence"
[[nodiscard]] std::string describe(const Columns& columns, std::span<const std::string> names);

}  // namespace myxtts::manifest

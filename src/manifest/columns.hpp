#pragma once
// Finds which column of a manifest holds what, by the column names in common use.

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace myxtts::manifest {

// Counted from 0; not set if the manifest has no such column.
using ColumnIndex = std::optional<std::size_t>;

struct Columns {
  ColumnIndex audio;
  ColumnIndex text;
  ColumnIndex normalised_text;  // used instead of `text` in rows where it is not blank
  ColumnIndex speaker;
  ColumnIndex language;

  [[nodiscard]] bool name_clips() const { return audio && (text || normalised_text); }
};

// Finds the columns by their `names` (a header line, or the keys of a JSON object), ignoring case. If several columns
// may hold the same, the one with the clearer name is used. Unknown names are ignored.
[[nodiscard]] Columns find_columns(std::span<const std::string> names);

// "audio: path, text: sentence"
[[nodiscard]] std::string describe(const Columns& columns, std::span<const std::string> names);

}  // namespace myxtts::manifest

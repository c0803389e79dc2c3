#pragma once
// Which column of a manifest holds what, by the names that people give them.

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace myxtts::manifest {

// From 0; not set where the manifest has no such column.
using ColumnIndex = std::optional<std::size_t>;

struct Columns {
  ColumnIndex audio;
  ColumnIndex text;
  ColumnIndex normalised_text;  // taken rather than `text`, in a row where it is not blank
  ColumnIndex speaker;
  ColumnIndex language;

  [[nodiscard]] bool name_clips() const { return audio && (text || normalised_text); }
};

// The columns called by `names` (a header line, or the keys of a JSON object), whatever their case; where several may
// hold the same, the one with the clearer name. Others are left alone.
[[nodiscard]] Columns find_columns(std::span<const std::string> names);

// "audio: path, text: sentence"
[[nodiscard]] std::string describe(const Columns& columns, std::span<const std::string> names);

}  // namespace myxtts::manifest

#include "manifest/json_rows.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "core/error.hpp"
#include "formats/strict_json.hpp"
#include "manifest/columns.hpp"
#include "manifest/records.hpp"

namespace myxtts::manifest {
namespace {

using nlohmann::json;

class ObjectReader {
 public:
  explicit ObjectReader(const json& object) : object_(object) {
    for (const auto& [key, value] : object.items()) keys_.push_back(key);
  }

  [[nodiscard]] ParsedRow read() {
    const Columns columns = find_columns(keys_);
    if (!columns.name_clips()) error_ = "the object names no recording, or no text: expected the keys audio and text";
    ParsedRow parsed;
    parsed.row.id = text_at(columns.audio);
    parsed.row.text = text_at(columns.normalised_text);
    if (is_blank(parsed.row.text)) parsed.row.text = text_at(columns.text);
    parsed.row.speaker = text_at(columns.speaker);
    parsed.row.language = text_at(columns.language);
    // Source: NeMo's manifests, where a row may be a part of a recording from `offset` seconds on.
    if (object_.contains("offset") && object_["offset"] != 0) {
      error_ = "it is a part of a recording (offset), which must be a file of its own";
    }
    parsed.error = error_;
    return parsed;
  }

 private:
  std::string text_at(const ColumnIndex& place) {
    if (!place) return {};
    const json& value = object_[keys_[*place]];
    if (value.is_null()) return {};
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number()) return value.dump();
    error_ = fmt::format("its '{}' is not a text: {}", keys_[*place], formats::excerpt(value));
    return {};
  }

  const json& object_;
  std::vector<std::string> keys_;
  std::string error_;
};

ParsedRow row_of(const json& value) {
  if (value.is_object()) return ObjectReader(value).read();
  return {.row = {}, .error = "it is not a JSON object"};
}

ParsedRow row_of_line(std::string_view line) {
  try {
    return row_of(formats::parse_strict_json(line));
  } catch (const formats::JsonError& error) {
    return {.row = {}, .error = error.what()};
  }
}

}  // namespace

ParsedManifest read_json_lines(std::string_view text) {
  ParsedManifest manifest{.rows = {}, .layout = "JSON lines"};
  for (const Line& line : lines_of(text)) {
    manifest.rows.push_back(row_of_line(line.text));
    manifest.rows.back().row.where = fmt::format(":{}", line.number);
  }
  return manifest;
}

ParsedManifest read_json_array(std::string_view text, const std::string& name) {
  ParsedManifest manifest{.rows = {}, .layout = "a JSON array"};
  try {
    for (const json& value : formats::parse_strict_json(text)) {
      manifest.rows.push_back(row_of(value));
      manifest.rows.back().row.where = fmt::format("[{}]", manifest.rows.size() - 1);
    }
  } catch (const formats::JsonError& error) {
    throw core::DataError({.what = "damaged list of clips",
                           .where = name,
                           .value = {},
                           .expected = "an array of JSON objects",
                           .advice = error.what()});
  }
  return manifest;
}

}  // namespace myxtts::manifest

#include "manifest/manifest_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "manifest/columns.hpp"
#include "manifest/json_rows.hpp"
#include "manifest/records.hpp"
#include "text/unicode.hpp"

namespace myxtts::manifest {
namespace {

// In the order of search: later separators are more likely to occur within a text.
struct Separator {
  char letter;
  const char* name;
};
constexpr std::array<Separator, 4> kSeparators{{{'|', "bars"}, {'\t', "tabs"}, {',', "commas"}, {';', "semicolons"}}};

Quotes quotes_of(char separator) {
  return separator == ',' || separator == ';' ? Quotes::kAcrossLines : Quotes::kWithinLine;
}

bool is_control(char letter) { return static_cast<unsigned char>(letter) < 0x20; }

// Turns a recording's name into an id: with forward slashes, without leading "./" and without surrounding white space.
std::string clean_id(std::string_view name) {
  std::string id(trimmed(name));
  std::ranges::replace(id, '\\', '/');
  while (id.starts_with("./")) id.erase(0, 2);
  return id;
}

// Why an id cannot name a file in the data folder, or "".
std::string error_of_id(const std::string& id) {
  if (id.empty()) return "its id is empty";
  if (std::ranges::any_of(id, is_control)) return "its id holds a control character";
  const bool has_drive = id.size() > 1 && id[1] == ':' && (id.size() == 2 || id[2] == '/');
  if (id.front() == '/' || has_drive) {
    return "its path is absolute; expected a name or a path inside the data folder";
  }
  if (fmt::format("/{}/", id).find("/../") != std::string::npos) {
    return "its path may lead out of the data folder ('..'); expected a name or a path inside it";
  }
  return {};
}

// Says which column of the row is not UTF-8, or returns "". A broken id is cleared, because it cannot be printed.
std::string error_of_bytes(ManifestRow& row) {
  const auto is_broken = [](const std::string& field) { return !text::is_utf8(field); };
  if (is_broken(row.id)) {
    row.id.clear();
    return "its id is not UTF-8";
  }
  if (is_broken(row.text)) return "its text is not UTF-8";
  if (is_broken(row.speaker)) return "its speaker is not UTF-8";
  if (is_broken(row.language)) return "its language is not UTF-8";
  return {};
}

void finish(ParsedRow& parsed) {
  ManifestRow& row = parsed.row;
  row.id = clean_id(row.id);
  std::string error = error_of_bytes(row);
  if (error.empty()) error = parsed.error;
  if (error.empty()) error = error_of_id(row.id);
  if (error.empty() && is_blank(row.text)) error = "its text is empty";
  parsed.error = std::move(error);
}

std::string field_at(const Record& record, const ColumnIndex& place) {
  return place && *place < record.fields.size() ? record.fields[*place] : std::string();
}

// Makes a row of a record whose fields are in the given columns.
ParsedRow row_of(const Record& record, const Columns& columns) {
  ParsedRow parsed;
  parsed.error = record.error;
  parsed.row.id = field_at(record, columns.audio);
  parsed.row.text = field_at(record, columns.normalised_text);
  if (is_blank(parsed.row.text)) parsed.row.text = field_at(record, columns.text);
  parsed.row.speaker = trimmed(field_at(record, columns.speaker));
  parsed.row.language = trimmed(field_at(record, columns.language));
  return parsed;
}

ParsedManifest read_with_header(RecordReader reader, const std::vector<std::string>& header, const Columns& columns) {
  ParsedManifest manifest;
  while (const std::optional<Record> record = reader.next()) {
    ParsedRow& parsed = manifest.rows.emplace_back(row_of(*record, columns));
    parsed.row.where = fmt::format(":{}", record->line);
    if (parsed.error.empty() && record->fields.size() != header.size()) {
      parsed.error = fmt::format("the line has {} fields, the header line {}", record->fields.size(), header.size());
    }
  }
  return manifest;
}

// Reads the rows below a header line; no value if the first line is not a header line.
std::optional<ParsedManifest> read_named_columns(std::string_view text) {
  for (const Separator& separator : kSeparators) {
    RecordReader reader(text, {.delimiter = separator.letter, .quotes = quotes_of(separator.letter)});
    const std::optional<Record> header = reader.next();
    if (!header) continue;
    const Columns columns = find_columns(header->fields);
    if (!columns.name_clips()) continue;
    ParsedManifest manifest = read_with_header(reader, header->fields, columns);
    manifest.layout = fmt::format("{} and a header line ({})", separator.name, describe(columns, header->fields));
    return manifest;
  }
  return std::nullopt;
}

// The first separator that at least half of the lines contain; bars if there is none.
Separator separator_of(std::string_view text) {
  std::array<std::size_t, kSeparators.size()> counts{};
  const std::vector<Line> lines = lines_of(text);
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < kSeparators.size(); ++i) {
      if (line.text.find(kSeparators[i].letter) != std::string_view::npos) ++counts[i];
    }
  }
  for (std::size_t i = 0; i < kSeparators.size(); ++i) {
    if (2 * counts[i] >= lines.size()) return kSeparators[i];
  }
  return kSeparators.front();
}

ParsedManifest read_bare_lines(std::string_view text) {
  const Separator separator = separator_of(text);
  const bool is_bar = separator.letter == '|';
  const bool is_in_texts = separator.letter == ',' || separator.letter == ';';
  const std::size_t max_fields = is_in_texts ? 2 : 3;
  const std::string expected = is_in_texts ? "two: the recording and a quoted text, or a header line that names columns"
                                           : "id|text or id|text|normalised text";
  const Columns columns{.audio = 0, .text = 1, .normalised_text = 2, .speaker = {}, .language = {}};
  ParsedManifest manifest;
  manifest.layout = is_bar ? "LJSpeech lines" : fmt::format("{}, no header line", separator.name);
  RecordReader reader(text,
                      {.delimiter = separator.letter, .quotes = is_bar ? Quotes::kText : quotes_of(separator.letter)});
  while (const std::optional<Record> record = reader.next()) {
    ParsedRow& parsed = manifest.rows.emplace_back(row_of(*record, columns));
    parsed.row.where = fmt::format(":{}", record->line);
    const std::size_t fields = record->fields.size();
    if (parsed.error.empty() && (fields < 2 || fields > max_fields)) {
      parsed.error = fmt::format("the line has {} fields; expected {}", fields, expected);
    }
  }
  return manifest;
}

}  // namespace

ParsedManifest parse_manifest(std::string_view text, const std::string& name) {
  const std::string_view content = trimmed(text);
  ParsedManifest manifest;
  if (content.starts_with('{')) {
    manifest = read_json_lines(text);
  } else if (content.starts_with('[')) {
    manifest = read_json_array(text, name);
  } else if (std::optional<ParsedManifest> named = read_named_columns(text)) {
    manifest = std::move(*named);
  } else {
    manifest = read_bare_lines(text);
  }
  for (ParsedRow& parsed : manifest.rows) {
    parsed.row.where.insert(0, name);
    finish(parsed);
  }
  return manifest;
}

}  // namespace myxtts::manifest

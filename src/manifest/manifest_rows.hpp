#pragma once
// Parses the text of a manifest, in any of the known layouts, into rows.

#include <string>
#include <string_view>
#include <vector>

namespace myxtts::manifest {

struct ManifestRow {
  std::string id;        // the recording's name, or its path inside the data folder
  std::string text;      // the normalised text if the row has one, otherwise the plain text
  std::string speaker;   // "" if the manifest names none
  std::string language;  // the same
  std::string where;     // "metadata.csv:12"
};

// A row; `error` says why it names no usable clip, and is "" if it names one.
struct ParsedRow {
  ManifestRow row;
  std::string error;
};

struct ParsedManifest {
  std::vector<ParsedRow> rows;
  std::string layout;  // the recognised layout, for the user
};

// Reads a manifest; the rows' `where` and errors call it `name`. The layout is recognised by the content:
// JSON          if it begins with { (one object per line) or [ (one array of objects); keys are named as columns are;
// a header line with bars, tabs, commas or semicolons, that names a column of recordings and one of texts
//               (columns.hpp); fields may be quoted, and with commas and semicolons quoted texts may span lines;
// no header     with bars (LJSpeech: id|text or id|text|normalised text; quotes are ordinary letters), with tabs, or
//               with commas or semicolons and two fields. The separator is the first that at least half of the lines
//               contain.
// Throws: DataError for a JSON array that cannot be read.
[[nodiscard]] ParsedManifest parse_manifest(std::string_view text, const std::string& name);

}  // namespace myxtts::manifest

#pragma once
// The text of a manifest as rows, in whichever of the known layouts it is.

#include <string>
#include <string_view>
#include <vector>

namespace myxtts::manifest {

struct ManifestRow {
  std::string id;        // what the manifest calls the recording: a name, or a path inside the data folder
  std::string text;      // the normalised field where it is there, else the plain one
  std::string speaker;   // "" where the manifest names none
  std::string language;  // the same
  std::string where;     // "metadata.csv:12"
};

// A row, and why it names no clip that can be used, or "".
struct ParsedRow {
  ManifestRow row;
  std::string fault;
};

struct ParsedManifest {
  std::vector<ParsedRow> rows;
  std::string layout;  // how it was recognised, for the user
};

// Reads a manifest; `name` is what the rows' places and errors call it. Its layout is told by what is in it:
// JSON          where it begins with { (an object a line) or [ (one array of objects): keys are named as columns are;
// a header line separated by bars, tabs, commas or semicolons, that names a column of recordings and one of texts
//               (columns.hpp); fields may be quoted, and with commas and semicolons quoted texts may span lines;
// no header     with bars (LJSpeech: id|text or id|text|normalised text, quotes are letters) or tabs, or with commas or
//               semicolons and two fields. What separates is the first of these that half of the lines have.
// Throws: DataError for a JSON array that cannot be read.
[[nodiscard]] ParsedManifest parse_manifest(std::string_view text, const std::string& name);

}  // namespace myxtts::manifest

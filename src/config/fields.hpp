#pragma once
// The settings as a list of named fields, which files, --set and --dump-config read and write.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.hpp"

namespace myxtts::config {

struct Field {
  std::string key;  // "table.field"
  std::variant<std::int64_t*, double*, std::optional<double>*, std::string*, bool*, std::vector<std::string>*> target;
  double low = 0;  // of a number, inclusive
  double high = 0;
  std::vector<std::string> choices = {};  // of a text; empty: any text
};

// The allowed range of a number: "1 to 1024".
[[nodiscard]] std::string range_text(const Field& field);

// The value of a field as text, as set_field reads it; "" if it is not set.
[[nodiscard]] std::string value_text(const Field& field);

// Every field of `settings`, in the order of a dumped file. setting_fields.cpp has the list.
[[nodiscard]] std::vector<Field> fields(Settings& settings);

// Throws UsageError with the key, the value and the allowed values if a field's value is one that set_field refuses.
// For settings that did not come through it.
void check_fields(const Settings& settings);

// Sets one field from text, as --set and flags do. Shares may be in percent ("5%" is 0.05); a list is one text, or a
// TOML array of texts.
// Throws UsageError with the key, the value, the allowed values, and for an unknown key the nearest known name.
void set_field(Settings& settings, std::string_view key, std::string_view value);

// Whether a field is a list of texts.
[[nodiscard]] bool is_list(std::string_view key);

// Sets a field that is a list.
void set_list(Settings& settings, std::string_view key, const std::vector<std::string>& values);

// Reads a TOML document and overwrites the fields of `settings` that it has. `name`: the document's name in errors.
// Throws ConfigError with name and line for syntax errors, unknown keys (if the document has a newer version: with both
// versions; for removed keys: with the version and the reason), wrong types and values out of range.
void load_toml(Settings& settings, std::string_view document, const std::string& name);

// The same for the config.toml of a run or a checkpoint, which may be older than the program: removed keys are
// ignored. Returns a line for each of them, for the log.
std::vector<std::string> load_kept_toml(Settings& settings, std::string_view document, const std::string& name);

// All settings as a TOML document of this version; load_toml reads it back to the same settings. A field that is not
// set becomes a comment: load_toml then leaves that field unchanged.
[[nodiscard]] std::string dump_toml(const Settings& settings);

// The keys whose values differ between two settings, in the order of fields().
[[nodiscard]] std::vector<std::string> differing_keys(const Settings& a, const Settings& b);

}  // namespace myxtts::config

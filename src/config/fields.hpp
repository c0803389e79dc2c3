#pragma once
// The settings as a list of named fields: what files, --set and --dump-config go through.

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

// "1 to 1024": what a number may be.
[[nodiscard]] std::string range_text(const Field& field);

// Every field of `settings`, in the order of a dumped file: the list is setting_fields.cpp.
[[nodiscard]] std::vector<Field> fields(Settings& settings);

// Sets one field from text, as --set and flags do. Shares may be in percent ("5%" is 0.05); a list is one text, or more
// as TOML writes them.
// Throws UsageError that names the key, the value and what is allowed, with the nearest known name.
void set_field(Settings& settings, std::string_view key, std::string_view value);

// Whether a field is a list of texts.
[[nodiscard]] bool is_list(std::string_view key);

// Sets a field that is a list.
void set_list(Settings& settings, std::string_view key, const std::vector<std::string>& values);

// Reads a TOML document over `settings`; `name` is what errors call it.
// Throws ConfigError with name and line for syntax, unknown keys (of a document of a newer version: with both versions;
// gone ones: since when and why), wrong types and values out of range.
void load_toml(Settings& settings, std::string_view document, const std::string& name);

// The same for the config.toml of a run or a checkpoint, which may be older than the program: keys that are gone are
// dropped. Returns a line for each, for the log.
std::vector<std::string> load_kept_toml(Settings& settings, std::string_view document, const std::string& name);

// The whole configuration as a TOML document of this version that load_toml reads back to the same settings. A field
// that is not set is a comment: what it is read over keeps its value.
[[nodiscard]] std::string dump_toml(const Settings& settings);

// The keys whose values differ between two settings, in the order of fields().
[[nodiscard]] std::vector<std::string> differing_keys(const Settings& a, const Settings& b);

}  // namespace myxtts::config

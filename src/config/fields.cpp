#include "config/fields.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "config/format_version.hpp"
#include "core/error.hpp"

namespace myxtts::config {
namespace {

constexpr std::string_view kVersionKey = "format_version";  // the one key outside of a table

using Texts = std::vector<std::string>;

// As a TOML string.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<int>(c));
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// One text as a TOML string, several as a TOML array.
std::string quoted(const Texts& texts) {
  if (texts.size() <= 1) return quoted(texts.empty() ? std::string() : texts.front());
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + quoted(text);
  return "[" + out + "]";
}

std::string allowed(const Field& field) {
  if (!field.choices.empty()) return fmt::format("one of: {}", fmt::join(field.choices, ", "));
  if (std::holds_alternative<std::string*>(field.target)) return "a text";
  if (std::holds_alternative<Texts*>(field.target)) return "a text, or a list of texts";
  if (std::holds_alternative<bool*>(field.target)) return "true or false";
  const char* kind = std::holds_alternative<std::int64_t*>(field.target) ? "a whole number" : "a number";
  return fmt::format("{} from {}", kind, range_text(field));
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// Parses a share in percent: "5%" is 0.05.
bool parse_share(std::string_view text, double& share) {
  if (!text.ends_with('%') || !parse_number(text.substr(0, text.size() - 1), share)) return false;
  share /= 100;
  return true;
}

bool in_range(const Field& field, double number) { return number >= field.low && number <= field.high; }

// Accepts a list of non-empty texts, or one text. Returns false if the value is refused.
bool assign(Texts& target, const toml::node& node) {
  if (const auto* text = node.as_string()) {
    target = text->get().empty() ? Texts{} : Texts{text->get()};
    return true;
  }
  Texts texts;
  for (const toml::node& item : *node.as_array()) {
    if (item.value_or(std::string()).empty()) return false;
    texts.push_back(item.value_or(std::string()));
  }
  target = std::move(texts);
  return true;
}

// The same from text: one text, or a TOML array.
bool assign(Texts& target, std::string_view value) {
  if (!value.starts_with('[')) {
    target = value.empty() ? Texts{} : Texts{std::string(value)};
    return true;
  }
  try {
    return assign(target, *toml::parse(fmt::format("list = {}", value)).get("list"));
  } catch (const toml::parse_error&) {
    return false;
  }
}

// Returns false if `value` is refused.
bool assign(const Field& field, std::string_view value) {
  if (auto* const* target = std::get_if<std::string*>(&field.target)) {
    if (!field.choices.empty() && std::ranges::find(field.choices, value) == field.choices.end()) return false;
    **target = value;
    return true;
  }
  if (auto* const* target = std::get_if<Texts*>(&field.target)) return assign(**target, value);
  if (auto* const* target = std::get_if<bool*>(&field.target)) {
    if (value != "true" && value != "false") return false;
    **target = value == "true";
    return true;
  }
  if (auto* const* target = std::get_if<std::int64_t*>(&field.target)) {
    std::int64_t number = 0;
    if (!parse_number(value, number) || !in_range(field, static_cast<double>(number))) return false;
    **target = number;
    return true;
  }
  double number = 0;
  const bool parsed = parse_number(value, number) || (field.high <= 1 && parse_share(value, number));
  if (!parsed || !in_range(field, number)) return false;
  if (auto* const* target = std::get_if<std::optional<double>*>(&field.target)) {
    **target = number;
  } else {
    *std::get<double*>(field.target) = number;
  }
  return true;
}

core::ErrorDetails unknown_key(const std::vector<Field>& known, std::string_view key, std::string where) {
  if (const RemovedKey* removed = removed_key(key)) {
    return {.what = fmt::format("a key that is gone since format version {}", removed->gone_since),
            .where = std::move(where),
            .value = std::string(key),
            .expected = {},
            .advice = fmt::format("Leave it out. {}", removed->instead)};
  }
  std::vector<std::string> names;
  for (const Field& field : known) names.push_back(field.key);
  const std::string nearest = core::nearest_name(key, names);
  return {.what = "unknown key",
          .where = std::move(where),
          .value = std::string(key),
          .expected = "a key that `./myxtts train --dump-config` prints",
          .advice = nearest.empty() ? "" : fmt::format("Did you mean '{}'?", nearest)};
}

core::ErrorDetails bad_value(const Field& field, std::string_view value, std::string where) {
  return {.what = "bad value of " + field.key,
          .where = std::move(where),
          .value = std::string(value),
          .expected = allowed(field),
          .advice = {}};
}

std::string value_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* real = node.as_floating_point()) return fmt::format("{}", real->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  std::ostringstream other;  // a date, an array or a table
  node.visit([&](const auto& value) { other << value; });
  return other.str();
}

// A number must not be written as a text, nor a text as a number.
bool fitting_type(const Field& field, const toml::node& node) {
  if (std::holds_alternative<std::string*>(field.target)) return node.is_string();
  if (std::holds_alternative<bool*>(field.target)) return node.is_boolean();
  if (std::holds_alternative<Texts*>(field.target)) return node.is_string() || node.is_array();
  return node.is_integer() || (node.is_floating_point() && !std::holds_alternative<std::int64_t*>(field.target));
}

// The document that is being read.
struct Document {
  std::string name;
  std::int64_t version;
  std::vector<std::string>* dropped;  // receives a line for each removed key; null: a removed key is an error

  [[nodiscard]] std::string line(const toml::node& node) const {
    return fmt::format("{}:{}", name, node.source().begin.line);
  }
};

toml::table parse(std::string_view document, const std::string& name) {
  try {
    return toml::parse(document);
  } catch (const toml::parse_error& error) {
    throw core::ConfigError({.what = "not a TOML file",
                             .where = fmt::format("{}:{}", name, error.source().begin.line),
                             .value = {},
                             .expected = "tables and `key = value` lines",
                             .advice = std::string(error.description())});
  }
}

// A file without a version has version 1.
std::int64_t version_of(const toml::table& root, const std::string& name) {
  const toml::node* node = root.get(kVersionKey);
  if (node == nullptr) return 1;
  const auto version = node->is_integer() ? node->value_or(std::int64_t{0}) : 0;
  if (version > 0) return version;
  throw core::ConfigError({.what = fmt::format("bad value of {}", kVersionKey),
                           .where = fmt::format("{}:{}", name, node->source().begin.line),
                           .value = value_text(*node),
                           .expected = "a whole number from 1",
                           .advice = {}});
}

// Handles a key without a field: adds a line to `dropped` if the document is older than the key's removal, else throws.
void pass_over(const Document& document, const std::vector<Field>& known, const std::string& key,
               const toml::node& node) {
  const RemovedKey* removed = removed_key(key);
  if (document.dropped != nullptr && removed != nullptr && document.version < removed->gone_since) {
    document.dropped->push_back(fmt::format("{}: the key {} is gone since format version {} and dropped. {}",
                                            document.line(node), key, removed->gone_since, removed->instead));
  } else if (document.version > kFormatVersion) {
    throw core::ConfigError(unknown_newer_key(key, document.line(node), document.version));
  } else {
    throw core::ConfigError(unknown_key(known, key, document.line(node)));
  }
}

void read_field(const Document& document, const std::vector<Field>& known, const std::string& key,
                const toml::node& node) {
  const auto field = std::ranges::find(known, key, &Field::key);
  if (field == known.end()) return pass_over(document, known, key, node);
  const std::string value = value_text(node);
  auto* const* texts = std::get_if<Texts*>(&field->target);
  if (!fitting_type(*field, node) || !(texts != nullptr ? assign(**texts, node) : assign(*field, value))) {
    throw core::ConfigError(bad_value(*field, value, document.line(node)));
  }
}

// Reads a whole document. `dropped`: as in Document.
void read_document(Settings& settings, std::string_view text, const std::string& name,
                   std::vector<std::string>* dropped) {
  const toml::table root = parse(text, name);
  const Document document{name, version_of(root, name), dropped};
  const std::vector<Field> known = fields(settings);
  for (const auto& [table_name, table_node] : root) {
    if (table_name == kVersionKey) continue;
    const auto* table = table_node.as_table();
    if (table == nullptr) {
      pass_over(document, known, std::string(table_name.str()), table_node);
      continue;
    }
    for (const auto& [field_name, node] : *table) {
      read_field(document, known, fmt::format("{}.{}", table_name.str(), field_name.str()), node);
    }
  }
}

}  // namespace

std::string value_text(const Field& field) {
  if (auto* const* number = std::get_if<std::int64_t*>(&field.target)) return fmt::format("{}", **number);
  if (auto* const* real = std::get_if<double*>(&field.target)) return fmt::format("{}", **real);
  if (auto* const* real = std::get_if<std::optional<double>*>(&field.target)) {
    const std::optional<double>& value = **real;
    return value ? fmt::format("{}", *value) : "";
  }
  if (auto* const* flag = std::get_if<bool*>(&field.target)) return **flag ? "true" : "false";
  if (auto* const* texts = std::get_if<Texts*>(&field.target)) return quoted(**texts);
  return *std::get<std::string*>(field.target);
}

std::string range_text(const Field& field) { return fmt::format("{} to {}", field.low, field.high); }

bool is_list(std::string_view key) {
  Settings settings;
  const std::vector<Field> known = fields(settings);
  const auto field = std::ranges::find(known, key, &Field::key);
  return field != known.end() && std::holds_alternative<Texts*>(field->target);
}

void set_list(Settings& settings, std::string_view key, const std::vector<std::string>& values) {
  const std::vector<Field> known = fields(settings);
  *std::get<Texts*>(std::ranges::find(known, key, &Field::key)->target) = values;
}

void check_fields(const Settings& settings) {
  Settings copy = settings;
  for (const Field& field : fields(copy)) {
    const std::string value = value_text(field);
    const bool is_unset = std::holds_alternative<std::optional<double>*>(field.target) && value.empty();
    if (!is_unset && !assign(field, value)) throw core::UsageError(bad_value(field, value, {}));
  }
}

void set_field(Settings& settings, std::string_view key, std::string_view value) {
  const std::vector<Field> known = fields(settings);
  const auto field = std::ranges::find(known, key, &Field::key);
  if (field == known.end()) throw core::UsageError(unknown_key(known, key, ""));
  if (!assign(*field, value)) throw core::UsageError(bad_value(*field, value, ""));
}

void load_toml(Settings& settings, std::string_view document, const std::string& name) {
  read_document(settings, document, name, nullptr);
}

std::vector<std::string> load_kept_toml(Settings& settings, std::string_view document, const std::string& name) {
  std::vector<std::string> dropped;
  read_document(settings, document, name, &dropped);
  return dropped;
}

std::string dump_toml(const Settings& settings) {
  Settings copy = settings;
  std::string out = fmt::format("{} = {}\n", kVersionKey, kFormatVersion);
  std::string table;
  for (const Field& field : fields(copy)) {
    const auto dot = field.key.find('.');
    if (field.key.substr(0, dot) != table) {
      table = field.key.substr(0, dot);
      out += fmt::format("\n[{}]\n", table);
    }
    std::string value = value_text(field);
    if (std::holds_alternative<std::string*>(field.target)) value = quoted(value);
    const std::string name = field.key.substr(dot + 1);
    out += value.empty() ? fmt::format("# {} is not set\n", name) : fmt::format("{} = {}\n", name, value);
  }
  return out;
}

std::vector<std::string> differing_keys(const Settings& a, const Settings& b) {
  Settings first = a;
  Settings second = b;
  const std::vector<Field> left = fields(first);
  const std::vector<Field> right = fields(second);
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (value_text(left[i]) != value_text(right[i])) keys.push_back(left[i].key);
  }
  return keys;
}

}  // namespace myxtts::config

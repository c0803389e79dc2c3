#pragma once
// Strict JSON for file formats: one document, no duplicate keys in an object, limited nesting.

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace myxtts::formats {

// Says why a text is not such JSON; each format's reader turns it into its own error with the file's name.
class JsonError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Parses a whole text.
// Throws: JsonError that says at which byte, or which key occurs twice.
[[nodiscard]] nlohmann::json parse_strict_json(std::string_view text);

// The value as JSON text, truncated to fit into a message.
[[nodiscard]] std::string excerpt(const nlohmann::json& value);

}  // namespace myxtts::formats

#pragma once
// JSON as file formats need it: one document, no key twice in an object, no nesting without end.

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace myxtts::formats {

// Why a text is not such JSON; the format's reader turns it into its own error with the file's name.
class JsonError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Parses a whole text.
// Throws: JsonError that says at which byte, or which key occurs twice.
[[nodiscard]] nlohmann::json parse_strict_json(std::string_view text);

// The value as it stands in the file, cut to what fits into a message.
[[nodiscard]] std::string excerpt(const nlohmann::json& value);

}  // namespace myxtts::formats

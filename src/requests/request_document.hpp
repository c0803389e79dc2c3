#pragma once
// The JSON document in which a request travels from the front to the engine: {"COMMAND": {"FIELD": value, ...}}.

#include <string>
#include <string_view>

#include "requests/requests.hpp"

namespace myxtts::requests {

// Whole numbers keep their 64 bits and fractions every bit. Bytes of texts and paths that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string to_json(const Request& request);

// Throws: core::ConfigError where the document is not one of to_json(): of another command, with a field too many or
// too few, or with a value of another type.
[[nodiscard]] Request from_json(std::string_view document);

}  // namespace myxtts::requests

#pragma once
// The JSON document that passes a request from the front to the engine: {"COMMAND": {"FIELD": value, ...}}.

#include <string>
#include <string_view>

#include "requests/requests.hpp"

namespace myxtts::requests {

// 64-bit integers and doubles are preserved exactly. Bytes of texts and paths that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string to_json(const Request& request);

// Throws: core::ConfigError if the document does not have the format of to_json(): an unknown command, an unknown or
// missing field, or a value of another type.
[[nodiscard]] Request from_json(std::string_view document);

// Throws core::Error if a setting of the request is out of its range or contradicts another one: the front hands over
// no such request, another program may.
void check_settings(const Request& request);

}  // namespace myxtts::requests

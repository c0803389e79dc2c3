#include "formats/strict_json.hpp"

#include <set>
#include <vector>

namespace myxtts::formats {

nlohmann::json parse_strict_json(std::string_view text) {
  constexpr int kMaximumDepth = 32;
  std::vector<std::set<std::string>> open_objects;
  const auto check = [&open_objects](int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    using Event = nlohmann::json::parse_event_t;
    if (depth > kMaximumDepth) throw JsonError("the JSON is nested too deeply");
    if (event == Event::object_start) open_objects.emplace_back();
    if (event == Event::object_end) open_objects.pop_back();
    if (event == Event::key && !open_objects.back().insert(value.get<std::string>()).second) {
      throw JsonError("the key '" + value.get<std::string>() + "' occurs twice");
    }
    return true;
  };
  try {
    return nlohmann::json::parse(text.begin(), text.end(), check);
  } catch (const nlohmann::json::parse_error& error) {
    if (error.byte > text.size()) throw JsonError("not JSON: it ends at byte " + std::to_string(text.size()));
    throw JsonError("not JSON at byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::exception& error) {
    throw JsonError(std::string("not JSON: ") + error.what());
  }
}

std::string excerpt(const nlohmann::json& value) {
  constexpr std::size_t kMaximumBytes = 60;
  std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (text.size() > kMaximumBytes) text = text.substr(0, kMaximumBytes) + "...";
  return text;
}

}  // namespace myxtts::formats

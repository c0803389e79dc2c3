#include "config/engine_request.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "config/fields.hpp"
#include "core/error.hpp"

namespace myxtts::config {

void EngineRequest::set_number(const std::string& name, double value) { set(name, fmt::format("{}", value)); }

std::string EngineRequest::text(const std::string& name, const std::string& fallback) const {
  const auto found = arguments.find(name);
  return found == arguments.end() || found->second.empty() ? fallback : found->second.front();
}

std::optional<double> EngineRequest::number(const std::string& name) const {
  if (!arguments.contains(name)) return std::nullopt;
  return std::stod(text(name));
}

std::vector<std::string> EngineRequest::texts(const std::string& name) const {
  const auto found = arguments.find(name);
  return found == arguments.end() ? std::vector<std::string>{} : found->second;
}

std::string EngineRequest::to_json() const {
  const nlohmann::json document = {{"command", command}, {"settings", dump_toml(settings)}, {"arguments", arguments}};
  // A path may hold bytes that are no UTF-8; they travel as replacement characters and are then not found, by name.
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

EngineRequest EngineRequest::from_json(std::string_view text) {
  try {
    const nlohmann::json document = nlohmann::json::parse(text);
    EngineRequest request(document.at("command").get<std::string>(), Settings{});
    load_toml(request.settings, document.at("settings").get<std::string>(), "the front's settings");
    document.at("arguments").get_to(request.arguments);
    return request;
  } catch (const nlohmann::json::exception& error) {
    throw core::ConfigError({.what = "the engine was given no request",
                             .where = "myxtts-engine",
                             .value = error.what(),
                             .expected = "the document that myxtts hands over",
                             .advice = "Start ./myxtts instead."});
  }
}

}  // namespace myxtts::config

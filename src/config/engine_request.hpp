#pragma once
// The one document that the front hands to the engine: what to do, with everything decided.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace myxtts::config {

class EngineRequest {
 public:
  EngineRequest() = default;
  EngineRequest(std::string for_command, Settings with_settings)
      : command(std::move(for_command)), settings(std::move(with_settings)) {}

  std::string command;  // "train", "synthesize", ...
  Settings settings;
  std::map<std::string, std::vector<std::string>> arguments;  // what is no setting: paths, texts, sampling

  void set(const std::string& name, std::string value) { arguments[name] = {std::move(value)}; }
  void set_number(const std::string& name, double value);
  void set_flag(const std::string& name, bool on) {
    if (on) set(name, "true");
  }

  [[nodiscard]] bool flag(const std::string& name) const { return arguments.contains(name); }
  [[nodiscard]] std::string text(const std::string& name, const std::string& fallback = "") const;
  [[nodiscard]] std::optional<double> number(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;

  [[nodiscard]] std::string to_json() const;
  // Throws core::ConfigError where the document is not one of to_json().
  [[nodiscard]] static EngineRequest from_json(std::string_view document);
};

}  // namespace myxtts::config

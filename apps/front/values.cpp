#include "front/values.hpp"

#include <fmt/format.h>

#include <charconv>

namespace myxtts::front {
namespace {

template <typename Number>
CLI::Validator between(Number low, Number high, const char* kind) {
  const auto check = [=](const std::string& text) -> std::string {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool parsed = error == std::errc() && end == text.data() + text.size();
    const bool octal = text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';  // CLI11 reads "010" as 8
    if (parsed && !octal && value >= low && value <= high) return "";
    return fmt::format("'{}'; expected {} from {} to {}", text, kind, low, high);
  };
  return {check, fmt::format("{} to {}", low, high)};
}

}  // namespace

CLI::Validator not_empty() {
  return {[](const std::string& text) { return std::string(text.empty() ? "the value is empty" : ""); }, ""};
}

CLI::Validator whole_number(std::int64_t low, std::int64_t high) { return between(low, high, "a whole number"); }

CLI::Validator number(double low, double high) { return between(low, high, "a number"); }

}  // namespace myxtts::front

#include "requests/request_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <concepts>
#include <map>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "config/fields.hpp"
#include "core/error.hpp"
#include "requests/request_fields.hpp"

namespace myxtts::requests {
namespace {

using nlohmann::json;

template <typename Enum>
using Names = std::vector<std::pair<Enum, std::string>>;

Names<config::RunStart> names_of(config::RunStart) {
  using enum config::RunStart;
  return {{kNew, "new"}, {kResume, "resume"}, {kReset, "reset"}};
}

Names<Comparison> names_of(Comparison) {
  using enum Comparison;
  return {{kSequential, name_of(kSequential)}, {kPlain, name_of(kPlain)}};
}

Names<machine::DeviceMode> names_of(machine::DeviceMode) {
  using enum machine::DeviceMode;
  return {{kCpu, "cpu"}, {kSingleGpu, "single"}, {kSharedGpu, "shared"}, {kDualGpu, "dual"}};
}

Names<machine::Check> names_of(machine::Check) {
  Names<machine::Check> names;
  for (int i = 0; i <= static_cast<int>(machine::Check::kModelUnderCap); ++i) {
    const auto check = static_cast<machine::Check>(i);
    names.emplace_back(check, machine::name_of(check));
  }
  return names;
}

[[noreturn]] void refuse(const std::string& what, const std::string& field, const std::string& value,
                         const std::string& expected) {
  throw core::ConfigError({.what = "the engine was given no request of this version: " + what,
                           .where = field,
                           .value = value,
                           .expected = expected,
                           .advice = "Start ./myxtts instead."});
}

// A class, because its functions call each other recursively and member functions need no forward declarations.
class Writer {
 public:
  template <typename T>
  static json write(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      return name_of_value(value);
    } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
      return value;
    } else {
      return write_fields(value);
    }
  }

  template <typename T>
  static json write(const std::optional<T>& value) {
    return value ? write(*value) : json();
  }

  template <typename T>
  static json write(const std::vector<T>& values) {
    json array = json::array();
    for (const T& value : values) array.push_back(write(value));
    return array;
  }

  template <typename Enum, typename T>
  static json write(const std::map<Enum, T>& values) {
    json object = json::object();
    for (const auto& [key, value] : values) object[name_of_value(key)] = write(value);
    return object;
  }

  static json write(const core::Path& path) { return path.string(); }

 private:
  template <typename Enum>
  static std::string name_of_value(Enum value) {
    const Names<Enum> names = names_of(value);
    return std::ranges::find(names, value, &Names<Enum>::value_type::first)->second;
  }

  template <typename T>
  static json write_fields(T value) {
    json object = json::object();
    visit_fields(value, [&](const std::string& name, const auto& member) { object[name] = write(member); });
    return object;
  }
};

// `field` is the value's full name, for errors.
class Reader {
 public:
  template <typename T>
  static void read(const json& node, T& value, const std::string& field) {
    if constexpr (std::is_enum_v<T>) {
      require(node.is_string(), node, field, "a name");
      value = value_named<T>(node.get<std::string>(), field);
    } else if constexpr (std::same_as<T, bool>) {
      require(node.is_boolean(), node, field, "true or false");
      value = node.get<bool>();
    } else if constexpr (std::integral<T>) {
      require(is_whole<T>(node), node, field, fmt::format("a whole number of {} bits", 8 * sizeof(T)));
      value = node.get<T>();
    } else if constexpr (std::same_as<T, double>) {
      require(node.is_number_float(), node, field, "a number with a decimal point or an exponent");
      value = node.get<double>();
    } else if constexpr (std::same_as<T, std::string>) {
      require(node.is_string(), node, field, "a text");
      value = node.get<std::string>();
    } else {
      read_fields(node, value, field);
    }
  }

  template <typename T>
  static void read(const json& node, std::optional<T>& value, const std::string& field) {
    value.reset();
    if (!node.is_null()) read(node, value.emplace(), field);
  }

  template <typename T>
  static void read(const json& node, std::vector<T>& values, const std::string& field) {
    require(node.is_array(), node, field, "a list");
    values.clear();
    for (const json& item : node) read(item, values.emplace_back(), fmt::format("{}[{}]", field, values.size() - 1));
  }

  template <typename Enum, typename T>
  static void read(const json& node, std::map<Enum, T>& values, const std::string& field) {
    require(node.is_object(), node, field, "an object");
    values.clear();
    for (const auto& [name, item] : node.items()) {
      read(item, values[value_named<Enum>(name, field)], fmt::format("{}.{}", field, name));
    }
  }

  static void read(const json& node, core::Path& path, const std::string& field) {
    std::string text;
    read(node, text, field);
    path = text;
  }

 private:
  static void require(bool holds, const json& node, const std::string& field, const std::string& expected) {
    if (!holds) refuse("bad value", field, node.dump(-1, ' ', false, json::error_handler_t::replace), expected);
  }

  template <typename T>
  static bool is_whole(const json& node) {
    if (node.is_number_unsigned()) return std::in_range<T>(node.get<std::uint64_t>());
    return node.is_number_integer() && std::in_range<T>(node.get<std::int64_t>());
  }

  template <typename Enum>
  static Enum value_named(const std::string& name, const std::string& field) {
    std::vector<std::string> known;
    for (const auto& [value, its_name] : names_of(Enum{})) {
      if (its_name == name) return value;
      known.push_back(its_name);
    }
    refuse("unknown name", field, name, fmt::format("one of: {}", fmt::join(known, ", ")));
  }

  template <typename T>
  static void read_fields(const json& node, T& value, const std::string& field) {
    require(node.is_object(), node, field, "an object");
    std::vector<std::string> known;
    visit_fields(value, [&](const std::string& name, auto& member) {
      known.push_back(name);
      const auto found = node.find(name);
      if (found == node.end()) refuse("missing field", fmt::format("{}.{}", field, name), {}, {});
      read(*found, member, fmt::format("{}.{}", field, name));
    });
    for (const auto& [name, item] : node.items()) {
      if (std::ranges::find(known, name) != known.end()) continue;
      refuse("unknown field", fmt::format("{}.{}", field, name), {}, fmt::format("{}", fmt::join(known, ", ")));
    }
  }
};

// A request of the command with default values.
template <std::size_t kIndex = 0>
Request request_named(const std::string& command) {
  if constexpr (kIndex == std::variant_size_v<Request>) {
    refuse("unknown command", "myxtts-engine", command, "a command of ./myxtts --help");
  } else {
    using Candidate = std::variant_alternative_t<kIndex, Request>;
    return command == Candidate::kCommand ? Request(Candidate{}) : request_named<kIndex + 1>(command);
  }
}

json parsed(std::string_view document) {
  try {
    return json::parse(document);
  } catch (const json::exception& error) {
    refuse("not a JSON document", "myxtts-engine", error.what(), "the document that myxtts hands over");
  }
}

}  // namespace

std::string to_json(const Request& request) {
  const json document = std::visit([](const auto& r) -> json { return {{r.kCommand, Writer::write(r)}}; }, request);
  // A path may have bytes that are not UTF-8. They become U+FFFD; the engine then reports that the path does not exist.
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Request from_json(std::string_view text) {
  const json document = parsed(text);
  if (!document.is_object() || document.size() != 1) {
    refuse("not one command", "myxtts-engine", std::string(text.substr(0, 100)), "{\"COMMAND\": {...}}");
  }
  const auto command = document.begin();
  Request request = request_named(command.key());
  std::visit([&](auto& r) { Reader::read(*command, r, command.key()); }, request);
  return request;
}

void check_settings(const Request& request) {
  const auto check = [](const auto& one) {
    if constexpr (requires { one.settings; }) {
      config::check_fields(one.settings);
      config::validate(one.settings);
    }
  };
  std::visit(check, request);
}

}  // namespace myxtts::requests

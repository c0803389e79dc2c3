#include "structure/source_rules.hpp"

#include <optional>
#include <regex>
#include <sstream>

namespace myxtts::structure {
namespace {

std::vector<std::string> lines_of(std::string_view source) {
  std::istringstream stream{std::string(source)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::size_t indent_of(const std::string& line) { return line.find_first_not_of(' '); }

// Whether a body opens here that is a function's: at the depth of a namespace or of a class.
bool opens_function(const std::string& line) {
  static const std::regex kHead(R"(^(  )?\S.*\{$|^\S.*\) \{$)");
  static const std::regex kOther(R"(^\s*(namespace|class|struct|enum|union|for|if|while|switch|else|do|try)\b|\}|=)");
  return std::regex_search(line, kHead) && line.find(')') != std::string::npos && !std::regex_search(line, kOther);
}

}  // namespace

std::vector<FunctionLength> function_lengths(std::string_view source) {
  const std::vector<std::string> lines = lines_of(source);
  std::vector<FunctionLength> found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!opens_function(lines[i])) continue;
    const std::string end = std::string(indent_of(lines[i]), ' ') + "}";
    std::size_t last = i + 1;
    while (last < lines.size() && !lines[last].starts_with(end)) ++last;
    found.push_back({lines[i], last - i + 1});
    if (indent_of(lines[i]) == 0) i = last;
  }
  return found;
}

std::vector<std::string> lines_with_quoted(std::string_view source, std::span<const std::string> names) {
  std::vector<std::string> found;
  for (const std::string& line : lines_of(source)) {
    const std::string code = line.substr(0, line.find("//"));
    for (const std::string& name : names) {
      if (!std::regex_search(code, std::regex("\"([a-z]+,)?" + name + "[\",-]"))) continue;
      found.push_back(line);
      break;
    }
  }
  return found;
}

}  // namespace myxtts::structure

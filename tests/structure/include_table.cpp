#include "structure/include_table.hpp"

#include <regex>
#include <sstream>
#include <stdexcept>

namespace myxtts::structure {
namespace {

using Words = std::vector<std::string>;

Words words(const std::string& text) {
  std::istringstream stream(text);
  Words result;
  for (std::string word; stream >> word;) {
    if (word != "-") result.push_back(word);
  }
  return result;
}

// The rows of a table whose columns are separated by tabs, without comments.
std::vector<Words> rows(std::string_view text, std::size_t columns) {
  std::istringstream stream{std::string(text)};
  std::vector<Words> result;
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line.front() == '#') continue;
    Words row;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, '\t');) row.push_back(cell);
    if (row.size() != columns) throw std::invalid_argument("a row without its columns: " + line);
    result.push_back(std::move(row));
  }
  return result;
}

// The path as an include names it: below src/ or apps/.
std::string_view below_top(std::string_view path) { return path.substr(path.find('/') + 1); }

}  // namespace

IncludeTable::IncludeTable(std::string_view folders, std::string_view libraries) {
  std::set<std::string> known_libraries;
  for (const Words& row : rows(libraries, 2)) {
    known_libraries.insert(row[0]);
    for (const std::string& prefix : words(row[1])) library_of_prefix_[prefix] = row[0];
  }
  for (const Words& row : rows(folders, 3)) {
    Allowance allowance;
    for (const std::string& folder : words(row[1])) {
      if (!has_folder(folder)) throw std::invalid_argument(row[0] + " names " + folder + ", which no row above holds");
      allowance.folders.insert(folder);
    }
    for (const std::string& library : words(row[2])) {
      if (!known_libraries.contains(library)) throw std::invalid_argument(row[0] + ": unknown library " + library);
      allowance.libraries.insert(library);
    }
    allowances_[row[0]] = std::move(allowance);
  }
}

std::vector<std::string> IncludeTable::violations(std::string_view path, std::string_view source) const {
  const std::string row = row_of(below_top(path));
  if (row.empty()) return {std::string(path) + ": its folder is not in the include table"};
  static const std::regex kInclude(R"(^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)\"))");
  std::vector<std::string> result;
  std::istringstream stream{std::string(source)};
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    std::smatch match;
    if (!std::regex_search(line, match, kInclude)) continue;
    const bool quoted = match[2].matched;
    const std::string reason = complaint(row, match[quoted ? 2 : 1].str(), quoted);
    if (!reason.empty()) result.push_back(std::string(path) + ":" + std::to_string(number) + ": " + reason);
  }
  return result;
}

std::string IncludeTable::row_of(std::string_view path) const {
  for (auto slash = path.rfind('/'); slash != std::string_view::npos; slash = path.rfind('/')) {
    path = path.substr(0, slash);
    if (has_folder(std::string(path))) return std::string(path);
  }
  return "";
}

std::string IncludeTable::library_of(std::string_view header) const {
  std::string library = header.find_first_of("./") == std::string_view::npos ? "" : "an unknown library";
  std::size_t longest = 0;
  for (const auto& [prefix, name] : library_of_prefix_) {
    if (prefix.size() > longest && header.starts_with(prefix)) {
      longest = prefix.size();
      library = name;
    }
  }
  return library == "POSIX" ? "" : library;
}

std::string IncludeTable::complaint(const std::string& row, std::string_view header, bool quoted) const {
  const Allowance& allowance = allowances_.at(row);
  if (!quoted) {
    const std::string library = library_of(header);
    if (library.empty() || allowance.libraries.contains(library)) return "";
    return "<" + std::string(header) + "> is of " + library + ", which " + row + " may not use";
  }
  const std::string name = "\"" + std::string(header) + "\"";
  const std::string target = row_of(header);
  if (target.empty()) return name + " does not begin with a folder of the include table";
  if (target == row || allowance.folders.contains(target)) return "";
  return name + " is of " + target + ", which " + row + " may not include";
}

}  // namespace myxtts::structure

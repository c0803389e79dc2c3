#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::structure {

// What one folder may include.
struct Allowance {
  std::set<std::string> folders;
  std::set<std::string> libraries;
};

// Which folder may include which folders and libraries, and how a library is told from a header's name.
class IncludeTable {
 public:
  // Reads the text of include_table.tsv and of libraries.tsv.
  // Throws: std::invalid_argument for a row without its columns, or that names a folder or library no earlier row
  // holds.
  IncludeTable(std::string_view folders, std::string_view libraries);

  // Says each include of a file that the table does not allow; path is relative to the project ("src/core/error.hpp").
  std::vector<std::string> violations(std::string_view path, std::string_view source) const;

  bool has_folder(const std::string& folder) const { return allowances_.contains(folder); }

 private:
  // The row that fits a path best ("device/cuda" before "device"), or an empty string.
  std::string row_of(std::string_view path) const;
  // The library that a header in angle brackets belongs to; empty for the standard library.
  std::string library_of(std::string_view header) const;
  std::string complaint(const std::string& row, std::string_view header, bool quoted) const;

  std::map<std::string, Allowance> allowances_;
  std::map<std::string, std::string> library_of_prefix_;
};

}  // namespace myxtts::structure

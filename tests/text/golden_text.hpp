#pragma once
// Files of tests/golden/text.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/places.hpp"

namespace myxtts::text {

inline std::string read_golden(const std::string& name) {
  std::ifstream file(support::source_folder() / "tests/golden/text" / name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::vector<std::string> golden_lines(const std::string& name) {
  std::istringstream text(read_golden(name));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

}  // namespace myxtts::text

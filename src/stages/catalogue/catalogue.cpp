#include "stages/catalogue/catalogue.hpp"

#include <algorithm>

namespace myxtts::stages {

std::string all_names() {
  std::string names;
  for (const StageEntry& entry : kCatalogue) names += (names.empty() ? "" : ",") + std::string(entry.name);
  return names;
}

std::vector<std::string> stage_choices() {
  std::vector<std::string> choices{all_names()};
  for (const StageEntry& entry : kCatalogue) choices.emplace_back(entry.name);
  return choices;
}

std::vector<std::string> names_of(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    names.emplace_back(list.substr(0, comma));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return names;
}

bool is_named(std::string_view list, std::string_view name) { return std::ranges::count(names_of(list), name) > 0; }

}  // namespace myxtts::stages

#pragma once
// Numbers of XTTS v2's own PyTorch modules (tests/golden/model) and the weights and inputs they were made from.

#include <torch/nn/module.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/places.hpp"

namespace myxtts::model::test {

// golden_values() of tests/golden/make_model_golden.py: uniform in [-1, 1), a hash of (stream, place).
inline torch::Tensor golden_values(std::uint64_t stream, torch::IntArrayRef shape) {
  auto values = torch::empty(shape, torch::kFloat32);
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    std::uint64_t h = static_cast<std::uint64_t>(i + 1) * 6364136223846793005ULL;
    h += (stream + 1) * 1442695040888963407ULL;
    h ^= h >> 33U;
    h *= 0xFF51AFD7ED558CCDULL;
    h ^= h >> 33U;
    values.data_ptr<float>()[i] = static_cast<float>(static_cast<double>(h >> 11U) / 4503599627370496.0 - 1.0);
  }
  return values;
}

// fill() of the same script.
inline void fill(torch::nn::Module& module) {
  const torch::NoGradGuard no_gradient;
  std::map<std::string, torch::Tensor> sorted;
  for (const auto& item : module.named_parameters()) sorted[item.key()] = item.value();
  std::uint64_t stream = 0;
  for (auto& [name, parameter] : sorted) {
    const torch::Tensor values = golden_values(stream++, parameter.sizes());
    const auto row = static_cast<double>(parameter.numel()) / static_cast<double>(parameter.size(0));
    const double start = std::string_view(name).ends_with("bias") ? 0.0 : 1.0;
    parameter.copy_(parameter.dim() > 1 ? values * std::sqrt(3.0 / row) : 0.1 * values + start);
  }
}

// A line each: a name and then its values.
using Golden = std::map<std::string, torch::Tensor>;

inline std::ifstream open_golden(const std::string& file_name) {
  std::ifstream file(support::source_folder() / "tests/golden/model" / file_name);
  if (!file) throw std::runtime_error("no golden file " + file_name);
  return file;
}

inline Golden read_golden(const std::string& name) {
  std::ifstream file = open_golden(name + ".txt");
  Golden golden;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string key;
    words >> key;
    std::vector<float> values;
    for (float value = 0; words >> value;) values.push_back(value);
    golden[key] = torch::tensor(values);
  }
  return golden;
}

// The words of each line of a table whose words are apart by tabs.
inline std::vector<std::vector<std::string>> read_table(const std::string& file_name) {
  std::ifstream file = open_golden(file_name);
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    lines.emplace_back();
    for (std::string word; std::getline(words, word, '\t');) lines.back().push_back(word);
  }
  return lines;
}

// The largest difference, or infinity for another number of values.
inline double largest_difference(const torch::Tensor& golden, const torch::Tensor& actual) {
  if (golden.numel() != actual.numel()) return std::numeric_limits<double>::infinity();
  const torch::Tensor flat = actual.detach().to(torch::kFloat32).reshape({-1});
  return (golden.reshape({-1}) - flat).abs().max().item<double>();
}

// name -> (shape as "2x3", is a buffer) of all that a checkpoint of the module holds.
inline std::map<std::string, std::pair<std::string, bool>> described(const torch::nn::Module& module) {
  std::map<std::string, std::pair<std::string, bool>> all;
  const auto shape = [](const torch::Tensor& tensor) {
    std::string text;
    for (const std::int64_t size : tensor.sizes()) {
      if (!text.empty()) text += 'x';
      text += std::to_string(size);
    }
    return text + (tensor.scalar_type() == torch::kInt64 ? " int64" : " float32");
  };
  for (const auto& item : module.named_parameters()) all[item.key()] = {shape(item.value()), false};
  for (const auto& item : module.named_buffers()) all[item.key()] = {shape(item.value()), true};
  return all;
}

// The same from a table of key, shape, dtype, kind with a line of titles.
inline std::map<std::string, std::pair<std::string, bool>> described(const std::string& file_name) {
  std::map<std::string, std::pair<std::string, bool>> all;
  const auto table = read_table(file_name);
  for (std::size_t i = 1; i < table.size(); ++i) {
    all[table[i][0]] = {table[i][1] + " " + table[i][2], table[i][3] == "buffer"};
  }
  return all;
}

}  // namespace myxtts::model::test

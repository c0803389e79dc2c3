#include "simulated_cuda/runtime/counts.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "simulated_cuda/runtime/errors.hpp"
#include "simulated_cuda/runtime/settings.hpp"

namespace myxtts::simulated_cuda {
namespace {

struct Count {
  std::uint64_t number = 0, kernels = 0, bytes = 0;
};

using Counts = std::map<std::pair<std::string, int>, Count>;  // by what was done, and the GPU

struct Ledger {
  std::mutex mutex;
  Counts counts;
};

Ledger& ledger() {
  static Ledger& all = *new Ledger;  // outlives static destruction
  return all;
}

}  // namespace

void count(int device, const char* what, std::uint64_t kernels, std::uint64_t bytes) {
  if (settings().count_file.empty()) return;
  const std::scoped_lock lock(ledger().mutex);
  Count& sum = ledger().counts[{what, device}];
  ++sum.number;
  sum.kernels += kernels;
  sum.bytes += bytes;
}

void write_counts() {
  const std::scoped_lock lock(ledger().mutex);
  if (ledger().counts.empty()) return;
  std::vector<std::pair<std::pair<std::string, int>, Count>> sorted(ledger().counts.begin(), ledger().counts.end());
  std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second.number > b.second.number; });
  std::FILE* const file = std::fopen(settings().count_file.c_str(), "w");
  if (file == nullptr) end_program("cannot write the counts to '" + settings().count_file + "'");
  for (const auto& [key, sum] : sorted) {
    const std::string where = key.second == kHost ? "host" : "gpu" + std::to_string(key.second);
    std::fprintf(file, "%llu %llu %llu %s %s\n", static_cast<unsigned long long>(sum.number),
                 static_cast<unsigned long long>(sum.kernels), static_cast<unsigned long long>(sum.bytes),
                 where.c_str(), key.first.c_str());
  }
  std::fclose(file);
}

}  // namespace myxtts::simulated_cuda

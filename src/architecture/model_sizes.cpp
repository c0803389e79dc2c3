#include "architecture/model_sizes.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace myxtts::architecture {
namespace {

constexpr std::array<ModelSize, 5> kModelSizes{{
    {"tiny", 4, 256, 4, 128, 512, 64, 128, 2},
    {"small", 8, 384, 6, 256, 1024, 256, 256, 4},
    {"normal", 12, 768, 12, 512, 1024, 512, 768, 6},
    {"big", 24, 1024, 16, 512, 1024, 512, 1024, 6},
    {"xtts-v2", 30, 1024, 16, 512, 1024, 512, 1024, 6},
}};

}  // namespace

std::span<const ModelSize> model_sizes() { return kModelSizes; }

const ModelSize& model_size(std::string_view name) {
  const auto found = std::ranges::find(kModelSizes, name, &ModelSize::name);
  if (found != kModelSizes.end()) return *found;
  std::vector<std::string> names;
  std::string list;
  for (const ModelSize& size : kModelSizes) {
    names.emplace_back(size.name);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const std::string nearest = core::nearest_name(name, names);
  throw core::UsageError({.what = "unknown model size",
                          .where = "--model-size",
                          .value = std::string(name),
                          .expected = "one of: " + list,
                          .advice = nearest.empty() ? "" : "Did you mean '" + nearest + "'?"});
}

}  // namespace myxtts::architecture

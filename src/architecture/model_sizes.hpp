#pragma once
// The model sizes.

#include <cstdint>
#include <span>
#include <string_view>

namespace myxtts::architecture {

struct ModelSize {
  std::string_view name;
  std::int64_t layers, width, heads;  // of the GPT
  std::int64_t codec_hidden, codes, dimensions;
  std::int64_t conditioning_width, conditioning_blocks;
};

// In ascending order of size.
[[nodiscard]] std::span<const ModelSize> model_sizes();

// tiny, small, normal, big or xtts-v2 (the published architecture). Throws UsageError on another name.
[[nodiscard]] const ModelSize& model_size(std::string_view name);

}  // namespace myxtts::architecture

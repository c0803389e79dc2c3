#include "architecture/parameter_count.hpp"

#include <gtest/gtest.h>

#include "architecture/model_sizes.hpp"

namespace myxtts::architecture {
namespace {

// tests/system/memory_forecast_test.cpp compares every size with the modules; these are the published files' counts.
TEST(ParameterCount, OfThePublishedSizeIsThePublishedFiles) {
  const ModelSize& size = model_size("xtts-v2");
  EXPECT_EQ(codec_parameters({.hidden = size.codec_hidden, .codes = size.codes, .dimensions = size.dimensions}),
            51'567'184);
  EXPECT_EQ(voice_parameters({.layers = size.layers,
                              .width = size.width,
                              .heads = size.heads,
                              .text_tokens = 6681,
                              .codes = size.codes,
                              .conditioning_width = size.conditioning_width,
                              .conditioning_blocks = size.conditioning_blocks}),
            441'018'563);
}

}  // namespace
}  // namespace myxtts::architecture

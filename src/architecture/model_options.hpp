#pragma once
// The options that decide the shapes of the models' layers.

#include <cstdint>

namespace myxtts::architecture {

struct CodecOptions {
  std::int64_t hidden = 128;     // channels after the first convolution; twice as many after the second
  std::int64_t codes = 512;      // entries of the codebook
  std::int64_t dimensions = 64;  // of a codebook entry
  std::int64_t blocks = 3;       // residual blocks on each side
};

struct VoiceModelOptions {
  std::int64_t layers = 4;
  std::int64_t width = 256;
  std::int64_t heads = 4;
  double dropout = 0.1;
  std::int64_t text_tokens = 0;  // entries of the text vocabulary
  std::int64_t codes = 512;      // of the codec; START and STOP are added
  std::int64_t conditioning_width = 128;
  std::int64_t conditioning_blocks = 2;

  [[nodiscard]] std::int64_t audio_tokens() const { return codes + 2; }
  [[nodiscard]] std::int64_t start_audio() const { return codes; }
  [[nodiscard]] std::int64_t stop_audio() const { return codes + 1; }
};

// The perceiver, the same in all model sizes.
inline constexpr std::int64_t kPerceiverLayers = 2;
inline constexpr std::int64_t kPerceiverHeads = 8;
inline constexpr std::int64_t kPerceiverHeadWidth = 64;
inline constexpr std::int64_t kPerceiverInner = kPerceiverHeads * kPerceiverHeadWidth;
// Width of its gated feed-forward layer: 4 times the perceiver's width, times 2 / 3 because of the gate.
constexpr std::int64_t perceiver_hidden(std::int64_t width) { return width * 8 / 3; }

}  // namespace myxtts::architecture

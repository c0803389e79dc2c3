#include "architecture/parameter_count.hpp"

#include <algorithm>

#include "architecture/speech.hpp"
#include "architecture/voice_row.hpp"

namespace myxtts::architecture {
namespace {

constexpr std::int64_t kPastBatches = 100;  // in the codec's unused buffers
constexpr std::int64_t kCounters = 2;       // in the codec's unused buffers

// A linear layer (kernel 1) or a convolution, with its bias.
std::int64_t layer(std::int64_t inputs, std::int64_t outputs, std::int64_t kernel = 1) {
  return outputs * (inputs * kernel + 1);
}

std::int64_t norm(std::int64_t width) { return 2 * width; }

std::int64_t conditioning_encoder(std::int64_t width, std::int64_t blocks) {
  return layer(kMelBins, width) + blocks * (norm(width) + layer(width, 3 * width) + layer(width, width));
}

std::int64_t perceiver(std::int64_t context_width, std::int64_t width) {
  const std::int64_t hidden = perceiver_hidden(width);
  const std::int64_t attention = width * kPerceiverInner * 4;  // queries, keys, values, output; no biases
  const std::int64_t of_layer = attention + layer(width, 2 * hidden) + layer(hidden, width);
  const std::int64_t projection = context_width == width ? 0 : layer(context_width, width);
  return projection + kLatents * width + kPerceiverLayers * of_layer + width;
}

std::int64_t trunk(std::int64_t layers, std::int64_t width) {
  const std::int64_t attention = layer(width, 3 * width) + layer(width, width);
  const std::int64_t feed_forward = layer(width, 4 * width) + layer(4 * width, width);
  return layers * (2 * norm(width) + attention + feed_forward) + norm(width);
}

}  // namespace

std::int64_t codec_parameters(const CodecOptions& codec) {
  const std::int64_t inner = 2 * codec.hidden;
  const std::int64_t block = 2 * layer(inner, inner, 3) + layer(inner, inner);
  const std::int64_t encoder =
      layer(kMelBins, codec.hidden, 3) + layer(codec.hidden, inner, 3) + layer(inner, codec.dimensions);
  const std::int64_t decoder = layer(codec.dimensions, inner) + layer(inner, inner, 3) + layer(inner, codec.hidden, 3) +
                               layer(codec.hidden, kMelBins);
  return encoder + decoder + 2 * codec.blocks * block;
}

std::int64_t codec_buffers(const CodecOptions& codec) {
  return codec.codes * (2 * codec.dimensions + 1 + kPastBatches) + kCounters;
}

std::int64_t voice_parameters(const VoiceModelOptions& voice) {
  const std::int64_t width = voice.width;
  const std::int64_t tokens = voice.text_tokens + voice.audio_tokens();
  const std::int64_t embeddings = width * (tokens + kTextPositions + kAudioPositions);
  const std::int64_t heads = layer(width, voice.text_tokens) + layer(width, voice.audio_tokens());
  return conditioning_encoder(voice.conditioning_width, voice.conditioning_blocks) +
         perceiver(voice.conditioning_width, width) + embeddings + trunk(voice.layers, width) + norm(width) + heads;
}

std::int64_t largest_voice_matrix(const VoiceModelOptions& voice) {
  const std::int64_t gate = 2 * perceiver_hidden(voice.width);
  return voice.width * std::max({gate, voice.text_tokens, voice.audio_tokens()});
}

}  // namespace myxtts::architecture

#include "config/model_options.hpp"

namespace myxtts::config {

architecture::CodecOptions codec_options(const CodecSettings& settings) {
  return {
      .hidden = settings.hidden, .codes = settings.codes, .dimensions = settings.dimensions, .blocks = settings.blocks};
}

architecture::VoiceModelOptions voice_model_options(const Settings& settings, std::int64_t text_tokens) {
  return {.layers = settings.model.layers,
          .width = settings.model.width,
          .heads = settings.model.heads,
          .dropout = settings.model.dropout,
          .text_tokens = text_tokens,
          .codes = settings.codec.codes,
          .conditioning_width = settings.conditioning.width,
          .conditioning_blocks = settings.conditioning.blocks};
}

}  // namespace myxtts::config

#pragma once
// The shapes of the models that settings describe.

#include <cstdint>

#include "architecture/model_options.hpp"
#include "config/settings.hpp"

namespace myxtts::config {

[[nodiscard]] architecture::CodecOptions codec_options(const CodecSettings& settings);
// `text_tokens`: entries of the vocabulary.
[[nodiscard]] architecture::VoiceModelOptions voice_model_options(const Settings& settings, std::int64_t text_tokens);

}  // namespace myxtts::config

#pragma once
// How many numbers the models hold, in closed form: the front, which holds no torch, counts them without making them.
// A test compares each count with the modules'.

#include <cstdint>

#include "config/settings.hpp"

namespace myxtts::machine {

// What the layers' shapes rest on beside the settings.
inline constexpr std::int64_t kMelBins = 80;
inline constexpr std::int64_t kLatentsOfPrompt = 32;  // that the perceiver makes of each row's prompt
inline constexpr std::int64_t kPerceiverLayers = 2;
inline constexpr std::int64_t kPerceiverInner = 512;  // heads times their width

// Trained numbers of the codec, its codebook aside.
[[nodiscard]] std::int64_t codec_parameters(const config::CodecSettings& codec);
// The codec's numbers that no gradient changes: codebook, its averages, and the published files' unused buffers.
[[nodiscard]] std::int64_t codec_buffers(const config::CodecSettings& codec);
// Trained numbers of the voice model: conditioning encoder, perceiver, embeddings, GPT and heads.
[[nodiscard]] std::int64_t voice_parameters(const config::Settings& settings, std::int64_t text_vocabulary);
// Of its largest matrix.
[[nodiscard]] std::int64_t largest_voice_matrix(const config::Settings& settings, std::int64_t text_vocabulary);

}  // namespace myxtts::machine

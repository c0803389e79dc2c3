#pragma once
// How many numbers the models hold, in closed form: the front, which holds no torch, counts them without making them.
// A test compares each count with the modules'.

#include <cstdint>

#include "architecture/model_options.hpp"

namespace myxtts::architecture {

// Trained numbers of the codec, its codebook aside.
[[nodiscard]] std::int64_t codec_parameters(const CodecOptions& codec);
// The codec's numbers that no gradient changes: codebook, its averages, and the published files' unused buffers.
[[nodiscard]] std::int64_t codec_buffers(const CodecOptions& codec);
// Trained numbers of the voice model: conditioning encoder, perceiver, embeddings, GPT and heads.
[[nodiscard]] std::int64_t voice_parameters(const VoiceModelOptions& voice);
// Of its largest matrix.
[[nodiscard]] std::int64_t largest_voice_matrix(const VoiceModelOptions& voice);

}  // namespace myxtts::architecture

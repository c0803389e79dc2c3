#pragma once
// Parameter counts of the models as formulas: the front has no torch and cannot create the models to count.
// A test compares each count with the modules.

#include <cstdint>

#include "architecture/model_options.hpp"

namespace myxtts::architecture {

// Trained parameters of the codec, without its codebook.
[[nodiscard]] std::int64_t codec_parameters(const CodecOptions& codec);
// The codec's values that have no gradient: the codebook, its averages, and the unused buffers of the published files.
[[nodiscard]] std::int64_t codec_buffers(const CodecOptions& codec);
// Trained parameters of the voice model: conditioning encoder, perceiver, embeddings, GPT and heads.
[[nodiscard]] std::int64_t voice_parameters(const VoiceModelOptions& voice);
// Number of elements of the voice model's largest matrix.
[[nodiscard]] std::int64_t largest_voice_matrix(const VoiceModelOptions& voice);

}  // namespace myxtts::architecture

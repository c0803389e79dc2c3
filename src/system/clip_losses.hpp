#pragma once
// What a voice model makes of each clip of a data set, without chance.

#include <vector>

#include "dataset/dataset.hpp"
#include "device/precision.hpp"
#include "quality/clip_losses.hpp"
#include "system/speech.hpp"

namespace myxtts::system {

// Of each clip, in the set's order; prompts are chosen as `evaluate` does. The clips' tokens are of the voice's
// vocabulary.
// Throws: DataError where a recording cannot be read. Thread: the model role's.
[[nodiscard]] std::vector<quality::ClipLoss> clip_losses(const LoadedVoice& voice, const dataset::Dataset& data,
                                                         device::Precision precision);

}  // namespace myxtts::system

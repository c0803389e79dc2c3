#pragma once
// Losses of a voice model on each clip of a data set, deterministic.

#include <vector>

#include "dataset/dataset.hpp"
#include "device/precision.hpp"
#include "quality/clip_losses.hpp"
#include "speech/speech.hpp"

namespace myxtts::evaluation {

// Losses of each clip, in the set's order; prompts are chosen as in `evaluate`. The clips' tokens must be from the
// voice's vocabulary.
// Throws: DataError if a recording cannot be read. Thread: the model role's.
[[nodiscard]] std::vector<quality::ClipLoss> clip_losses(const speech::LoadedVoice& voice, const dataset::Dataset& data,
                                                         device::Precision precision);

}  // namespace myxtts::evaluation

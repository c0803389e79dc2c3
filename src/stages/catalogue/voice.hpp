#pragma once
// The voice model: turns a text and a voice prompt into the codec's codes.

#include "stages/catalogue/codec.hpp"

namespace myxtts::stages {

inline constexpr StageEntry kVoice{
    .name = "voice", .number = 1, .needs = {kCodec.name}, .speaks = true, .takes_given_batches = true};

}  // namespace myxtts::stages

#pragma once
// The codec stage: trains a codec on crops of mel spectrograms.

#include "stages/stage.hpp"

namespace myxtts::stages {

[[nodiscard]] const Stage& codec_stage();

}  // namespace myxtts::stages

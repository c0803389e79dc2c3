#pragma once
// The codec's stage: crops of mel spectrograms in, a codec out.

#include "stages/stage.hpp"

namespace myxtts::stages {

[[nodiscard]] const Stage& codec_stage();

}  // namespace myxtts::stages

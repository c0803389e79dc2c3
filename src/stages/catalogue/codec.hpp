#pragma once
// The codec: turns mel spectrograms into codes and back.

#include "stages/catalogue/stage_entry.hpp"

namespace myxtts::stages {

inline constexpr StageEntry kCodec{.name = "codec", .number = 0};

}  // namespace myxtts::stages

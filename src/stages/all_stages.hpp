#pragma once
// All stages of the catalogue, in the order in which a run trains them.

#include "stages/stage.hpp"

namespace myxtts::stages {

[[nodiscard]] StageList all_stages();

// The one of kSpeaking.
[[nodiscard]] const Stage& speaking_stage();

}  // namespace myxtts::stages

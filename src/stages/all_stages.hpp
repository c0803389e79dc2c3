#pragma once
// The stages of a run, in the order in which they train: those of the catalogue.

#include "stages/stage.hpp"

namespace myxtts::stages {

[[nodiscard]] StageList all_stages();

// The one of kSpeaking.
[[nodiscard]] const Stage& speaking_stage();

}  // namespace myxtts::stages

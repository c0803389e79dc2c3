#pragma once
// The stages of a run, in the order in which they train: those of the catalogue.

#include "stages/stage.hpp"

namespace myxtts::stages {

[[nodiscard]] StageList all_stages();

}  // namespace myxtts::stages

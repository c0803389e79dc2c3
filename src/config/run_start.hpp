#pragma once

namespace myxtts::config {

// How a run begins: in a new folder, from the checkpoint in its folder, or again from the start in that folder.
enum class RunStart { kNew, kResume, kReset };

}  // namespace myxtts::config

#pragma once

namespace myxtts::config {

// How a run begins: in a folder of its own, from the checkpoint in its folder, or over again in that folder.
enum class RunStart { kNew, kResume, kReset };

}  // namespace myxtts::config

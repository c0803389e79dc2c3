#pragma once
// SIGINT and SIGTERM, turned into a question that training asks between steps.

namespace myxtts::engine {

// From now on the first SIGINT or SIGTERM is only noted; a second one ends the process at once.
void note_stop_signals();

// The signal that was noted, 0 where there was none.
[[nodiscard]] int noted_signal();

}  // namespace myxtts::engine

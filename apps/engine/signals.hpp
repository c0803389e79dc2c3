#pragma once
// Records SIGINT and SIGTERM, so that training can check for them between steps.

namespace myxtts::engine {

// From now on the first SIGINT or SIGTERM is only recorded; a second one ends the process at once.
void note_stop_signals();

// The recorded signal; 0 if there was none.
[[nodiscard]] int noted_signal();

}  // namespace myxtts::engine

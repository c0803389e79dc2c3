#include "engine/commands.hpp"
#include "engine/signals.hpp"
#include "system/training_run.hpp"

namespace myxtts::engine {

int run(const requests::TrainRequest& request, core::Console& console) {
  note_stop_signals();
  system::run_training(request, console, [] { return noted_signal() != 0; });
  return noted_signal() == 0 ? 0 : 128 + noted_signal();
}

}  // namespace myxtts::engine

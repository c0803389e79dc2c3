#include "engine/signals.hpp"

#include <csignal>

namespace myxtts::engine {
namespace {

volatile std::sig_atomic_t noted = 0;  // global: a signal handler receives only the signal's number

void note(int signal) {
  noted = signal;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void note_stop_signals() {
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}

int noted_signal() { return noted; }

}  // namespace myxtts::engine

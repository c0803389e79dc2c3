#include "device/thread_budget.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <torch/utils.h>
#include <unistd.h>

#include <stdexcept>

namespace myxtts::device {

// libtorch initialises a thread's budget lazily, from the value that any thread set last. at::get_num_threads() forces
// this now; otherwise the thread's first operator would do it and overwrite the value that is set here.
ThreadBudget::ThreadBudget(int threads) : previous_(at::get_num_threads()) {
  if (threads < 1) throw std::invalid_argument("a thread budget is at least 1");
  at::set_num_threads(threads);
}

ThreadBudget::~ThreadBudget() { at::set_num_threads(previous_); }

void lower_thread_priority() noexcept {
  constexpr int kSteps = 5;  // about a third of an ordinary thread's share
  // Relative to the process's first thread: a thread that a lowered thread started is not lowered again.
  const int niceness = getpriority(PRIO_PROCESS, static_cast<id_t>(getpid())) + kSteps;
  const auto thread_id = static_cast<id_t>(syscall(SYS_gettid));
  setpriority(PRIO_PROCESS, thread_id, niceness);
}

}  // namespace myxtts::device

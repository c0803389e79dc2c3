#pragma once
// How much of the machine one thread may use.

namespace myxtts::device {

// Until the end of the scope, operators of the calling thread run on `threads` threads. Each thread has its own budget.
// Thread: ends on the thread that began it.
class ThreadBudget {
 public:
  // Throws: std::invalid_argument when `threads` is less than 1.
  explicit ThreadBudget(int threads);
  ~ThreadBudget();
  ThreadBudget(const ThreadBudget&) = delete;
  ThreadBudget& operator=(const ThreadBudget&) = delete;

 private:
  int previous_;
};

// Lowers the scheduling priority of the calling thread, and of the threads that it starts from now on (those of its
// operators too), for the rest of the thread's life. Has no effect if the system refuses.
void lower_thread_priority() noexcept;

}  // namespace myxtts::device

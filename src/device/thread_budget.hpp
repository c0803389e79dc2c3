#pragma once
// How much of the machine one thread may use.

namespace myxtts::device {

// Operators of the calling thread run on `threads` threads until the end of the scope. Each thread has its own budget.
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

// Lets other threads go first where the processor is short, for the rest of the thread's life; so do the threads that
// it starts from now on, its operators' among them. Without effect where the system refuses.
void lower_thread_priority() noexcept;

}  // namespace myxtts::device

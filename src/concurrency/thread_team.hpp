#pragma once
// Reusable threads that compute the parts of a task in parallel.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace myxtts::concurrency {

// Thread i computes part i of every task, so thread-local state stays with the part. Threads are started when a task
// needs more of them than any earlier one; they end with the team.
//
// Thread: all calls by the owner's thread.
class ThreadTeam {
 public:
  using Part = std::function<void(std::size_t number)>;

  // A running task.
  class Task {
   public:
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    // Waits for all parts; failures that no wait() has rethrown are lost.
    ~Task();
    // Waits for all parts. Throws: the exception of the failed part with the lowest number.
    void wait();

   private:
    friend class ThreadTeam;
    explicit Task(ThreadTeam& team) : team_(team) {}

    ThreadTeam& team_;
  };

  ThreadTeam() = default;
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;
  ~ThreadTeam();

  // Calls part(0) to part(count - 1), each on its own thread. The task must end before the next start().
  // Throws: std::system_error if no thread can be created; then no part has started.
  [[nodiscard]] Task start(std::size_t count, Part part);

 private:
  void serve(std::size_t number, std::uint64_t tasks_seen);
  void wait_for_parts();

  std::mutex mutex_;
  std::condition_variable task_started_;
  std::condition_variable parts_done_;
  std::uint64_t tasks_ = 0;  // started so far
  Part part_;                // of the latest task, as are the next three
  std::size_t count_ = 0;
  std::size_t unfinished_ = 0;
  std::vector<std::exception_ptr> failures_;
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace myxtts::concurrency

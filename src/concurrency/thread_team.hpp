#pragma once
// Threads that compute the parts of one task side by side, again and again.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace myxtts::concurrency {

// Part i of every task is computed by thread i, so what a thread keeps for itself stays with its part. Threads are
// started when a task needs more of them than any before it; they end with the team.
//
// Thread: all calls by the owner's thread.
class ThreadTeam {
 public:
  using Part = std::function<void(std::size_t number)>;

  // A task on its way.
  class Task {
   public:
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    // Waits for all parts; failures that no wait() has asked for are lost.
    ~Task();
    // Waits for all parts. Throws: what the first part that failed threw, first by number.
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

  // Calls part(0) to part(count - 1), each on a thread of its own. The task ends before the team starts another one.
  // Throws: std::system_error when there is no thread to be had; no part has begun then.
  [[nodiscard]] Task start(std::size_t count, Part part);

 private:
  void serve(std::size_t number, std::uint64_t tasks_seen);
  void wait_for_parts();

  std::mutex mutex_;
  std::condition_variable task_started_;
  std::condition_variable parts_done_;
  std::uint64_t tasks_ = 0;  // started so far
  Part part_;                // of the latest task, and all below
  std::size_t count_ = 0;
  std::size_t unfinished_ = 0;
  std::vector<std::exception_ptr> failures_;
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace myxtts::concurrency

#include "concurrency/thread_team.hpp"

#include <utility>

namespace myxtts::concurrency {

ThreadTeam::Task::~Task() { team_.wait_for_parts(); }

void ThreadTeam::Task::wait() {
  team_.wait_for_parts();
  for (const std::exception_ptr& failure : team_.failures_) {
    if (failure) std::rethrow_exception(failure);
  }
}

ThreadTeam::~ThreadTeam() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  task_started_.notify_all();
}

ThreadTeam::Task ThreadTeam::start(std::size_t count, Part part) {
  while (threads_.size() < count) {
    threads_.emplace_back([this, number = threads_.size(), seen = tasks_] { serve(number, seen); });
  }
  {
    const std::lock_guard lock(mutex_);
    part_ = std::move(part);
    count_ = count;
    unfinished_ = count;
    failures_.assign(count, nullptr);
    ++tasks_;
  }
  task_started_.notify_all();
  return Task(*this);
}

void ThreadTeam::serve(std::size_t number, std::uint64_t tasks_seen) {
  std::unique_lock lock(mutex_);
  for (;;) {
    task_started_.wait(lock, [&] { return is_ending_ || tasks_ != tasks_seen; });
    if (is_ending_) return;
    tasks_seen = tasks_;
    if (number >= count_) continue;
    lock.unlock();
    std::exception_ptr failure;
    try {
      part_(number);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    failures_[number] = failure;
    if (--unfinished_ == 0) parts_done_.notify_all();
  }
}

void ThreadTeam::wait_for_parts() {
  std::unique_lock lock(mutex_);
  parts_done_.wait(lock, [&] { return unfinished_ == 0; });
}

}  // namespace myxtts::concurrency

#pragma once
// An error of work that must not throw.

#include <atomic>
#include <exception>
#include <mutex>
#include <utility>

namespace myxtts::device {

// Keeps what a deleter could not throw for the next call that may.
// Thread: all calls are thread-safe.
class DeferredError {
 public:
  // Keeps the exception that is being handled, unless there is one.
  void keep_current() noexcept {
    const std::scoped_lock lock(mutex_);
    if (error_ != nullptr) return;
    error_ = std::current_exception();
    is_kept_.store(true, std::memory_order_release);
  }

  // Throws the error that is kept, once.
  void rethrow() {
    if (!is_kept_.load(std::memory_order_acquire)) return;
    std::unique_lock lock(mutex_);
    is_kept_ = false;
    const std::exception_ptr error = std::exchange(error_, nullptr);
    lock.unlock();
    if (error != nullptr) std::rethrow_exception(error);
  }

 private:
  std::atomic<bool> is_kept_{false};
  std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace myxtts::device

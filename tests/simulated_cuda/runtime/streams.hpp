#pragma once
// Streams: each is a thread with a queue.

#include <driver_types.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "simulated_cuda/runtime/race_detector.hpp"

namespace myxtts::simulated_cuda {

// A point in a stream's work that others can wait for. Thread: any.
class Moment {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void pass();
  void wait();
  [[nodiscard]] bool passed();
  [[nodiscard]] Time when();  // it was passed

  Clock clock;  // what has happened then; written before other threads know of the moment

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool passed_ = false;
  Time when_;
};

class Stream : public std::enable_shared_from_this<Stream> {
 public:
  Stream(int device, int priority, unsigned flags) : device(device), priority(priority), flags(flags) {}

  const int device;
  const int priority;
  const unsigned flags;
  int number = -1;  // from its first item on, see order()
  Clock clock;      // what has happened before its next item, see order()

  // Streams that are not, and the device's default stream, wait for each other.
  [[nodiscard]] bool non_blocking() const { return (flags & cudaStreamNonBlocking) != 0; }
  void push(std::function<void()> work);
  // Waits until it has nothing to do.
  void drain();
  [[nodiscard]] bool idle();
  // Its thread ends after what was put on it.
  void retire();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable work_, idle_;
  std::deque<std::function<void()>> queue_;
  bool started_ = false, busy_ = false, retired_ = false;
};

// Held while an item is put on a stream: the order of the program's calls, as the race detector sees it.
[[nodiscard]] std::mutex& order();
// Under the order's lock.
[[nodiscard]] RaceDetector& detector();

// The stream that a handle names; null and the special handles: the default stream of the current device.
[[nodiscard]] Stream& stream_of(cudaStream_t handle);
[[nodiscard]] std::vector<std::shared_ptr<Stream>> streams_of(int device);
[[nodiscard]] std::vector<std::shared_ptr<Stream>> all_streams();

// Puts an item on a stream and has its accesses checked; returns the stream's clock behind it.
Clock put(Stream& stream, const char* name, const std::vector<Access>& accesses, std::function<void()> work);
// The host waits for all of the stream's work.
void synchronise(Stream& stream);
// The host has seen that a moment with this clock has passed.
void host_saw(const Clock& clock);

}  // namespace myxtts::simulated_cuda

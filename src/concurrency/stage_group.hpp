#pragma once
// The threads of a pipeline and the way they end together.

#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace myxtts::concurrency {

// Runs stages, each on a thread of its own. The first stage that fails stops all: their channels are cancelled, their
// stop tokens are set, and join() rethrows what it threw. A stage that ends with Cancelled has not failed. UnsentPermit
// counts only when nothing else explains it: it gives way to any other failure, and to a stop.
//
// Thread: stop() and failed_stage() by any thread, the rest by the owner's only.
class StageGroup {
 public:
  using Body = std::function<void(std::stop_token)>;

  StageGroup() = default;
  StageGroup(const StageGroup&) = delete;
  StageGroup& operator=(const StageGroup&) = delete;
  // Stops and waits for all stages; a failure that no join() has asked for is lost.
  ~StageGroup();

  // Registers what a stage may block on (a Channel, SlotStates); it must outlive the group. Cancelled at once when the
  // group has stopped.
  template <class Cancellable>
  void add_channel(Cancellable& channel) {
    add_cancel([&channel] { channel.cancel(); });
  }
  void add_cancel(std::function<void()> cancel);

  // Starts a stage on a new thread.
  // Throws: std::system_error when there is no thread to be had.
  void run(std::string stage_name, Body body);

  // Runs a stage on the caller's thread until it ends; as with run(), its failure is for join() to tell.
  void run_here(const std::string& stage_name, const Body& body);

  // Waits for all stages.
  // Throws: the first failure with the type that was thrown. The message of a core::Error names the stage; what is none
  // is as it was, and failed_stage() has the name.
  void join();

  // Cancels all channels and sets the stop tokens; no failure.
  void stop() noexcept;

  // The name of the stage whose failure join() rethrows, "" without one.
  [[nodiscard]] std::string failed_stage() const;

 private:
  void perform(const std::string& stage_name, const Body& body) noexcept;
  void record_failure(const std::string& stage_name, bool is_symptom);
  void wait_for_stages();

  std::stop_source stop_;
  mutable std::mutex mutex_;
  std::vector<std::function<void()>> cancels_;
  std::exception_ptr failure_;
  std::string failed_stage_;
  bool failure_is_symptom_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace myxtts::concurrency

#pragma once
// The threads of a pipeline, which stop together.

#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace myxtts::concurrency {

// Runs pipeline stages, each on its own thread. The first stage that fails stops all: the channels are cancelled, the
// stop tokens are set, and join() rethrows the exception. A stage that ends with Cancelled has not failed. UnsentPermit
// is only a symptom: any other failure replaces it, and after a stop it is ignored.
//
// Thread: stop() and failed_stage() by any thread, the rest by the owner's only.
class StageGroup {
 public:
  using Body = std::function<void(std::stop_token)>;

  StageGroup() = default;
  StageGroup(const StageGroup&) = delete;
  StageGroup& operator=(const StageGroup&) = delete;
  // Stops all stages and waits for them; a failure that no join() has rethrown is lost.
  ~StageGroup();

  // Registers an object that a stage may block on (a Channel, SlotStates); it must outlive the group. If the group has
  // already stopped, the object is cancelled immediately.
  template <class Cancellable>
  void add_channel(Cancellable& channel) {
    add_cancel([&channel] { channel.cancel(); });
  }
  void add_cancel(std::function<void()> cancel);

  // Starts a stage on a new thread.
  // Throws: std::system_error if no thread can be created.
  void run(std::string stage_name, Body body);

  // Runs a stage on the caller's thread until it ends; as with run(), join() rethrows its failure.
  void run_here(const std::string& stage_name, const Body& body);

  // Waits for all stages.
  // Throws: the first failure with its original type. The stage's name is added to the message of a core::Error; other
  // exceptions are unchanged, and failed_stage() returns the name.
  void join();

  // Cancels all channels and sets the stop tokens; does not count as a failure.
  void stop() noexcept;

  // The name of the stage whose failure join() rethrows; "" if none has failed.
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

#pragma once
// Access control of the transfer slots. Holds only their states; the caller owns the slots' memory.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

namespace myxtts::concurrency {

enum class SlotState { kFree, kFilling, kReady, kInUse, kDraining };

[[nodiscard]] std::string_view name_of(SlotState state);

// Callback that waits until the step that read a slot has finished, or orders the next fill after that step (a stream
// that waits for an event). Empty: the step has already finished.
using WaitReleased = std::function<void()>;

// | from     | to       | call                      | caller     | meaning of the state on the left              |
// |----------|----------|---------------------------|------------|-----------------------------------------------|
// | Free     | Filling  | acquire_free              | lane       | the slot is neither read nor written          |
// | Filling  | Ready    | mark_ready                | lane       | the lane writes the slot                      |
// | Filling  | Free     | abandon                   | lane       |                                               |
// | Ready    | InUse    | take                      | model role | written, not yet taken by the model role      |
// | InUse    | Draining | release with an event     | model role | the model role enqueues work that reads       |
// | InUse    | Free     | release without an event  | model role |                                               |
// | Draining | Free     | acquire_free, after event | lane       | released, but enqueued work may still read it |
//
// Any other transition is a bug of the caller and throws std::logic_error with both states.
// Thread: all calls are thread-safe.
class SlotStates {
 public:
  // All slots are free. Throws: std::invalid_argument if the count is 0.
  explicit SlotStates(std::size_t count);

  // Waits for a slot that is no longer read, and returns it in the state Filling: a free one, else the one released
  // first, after its callback has waited on this thread, without the lock.
  // Throws: Cancelled after cancel(); what the callback throws, and the slot then stays Draining permanently.
  [[nodiscard]] std::size_t acquire_free();

  void mark_ready(std::size_t slot);
  void abandon(std::size_t slot);
  void take(std::size_t slot);
  void release(std::size_t slot, WaitReleased wait_released = {});

  // Ends every acquire_free() with Cancelled (if it waits for an event, after the event). Slots can still be released.
  void cancel() noexcept;

  [[nodiscard]] SlotState state(std::size_t slot) const;
  [[nodiscard]] std::size_t count() const { return slots_.size(); }

 private:
  struct Slot {
    SlotState state = SlotState::kFree;
    WaitReleased wait_released;  // set while Draining, until an acquire_free() takes it
    std::uint64_t release_number = 0;
  };

  // Called with the lock held.
  void transition(std::size_t slot, SlotState from, SlotState to);
  Slot* find_free();
  Slot* find_drainable();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Slot> slots_;
  std::uint64_t releases_ = 0;
  bool cancelled_ = false;
};

}  // namespace myxtts::concurrency

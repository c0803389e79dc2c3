#pragma once
// Who may touch which transfer slot. The slots' memory is its owner's; this is only the order of their use.

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

// Waits until the step that read a slot has finished, or orders the next fill after it (a stream that waits for an
// event). Empty: the step has finished already.
using WaitReleased = std::function<void()>;

// | from     | to       | by                        | who     | meaning of the state on the left            |
// |----------|----------|---------------------------|---------|---------------------------------------------|
// | Free     | Filling  | acquire_free              | lane    | nobody reads or writes the slot             |
// | Filling  | Ready    | mark_ready                | lane    | the lane writes                             |
// | Filling  | Free     | abandon                   | lane    | the lane gives up: nobody will read         |
// | Ready    | InUse    | take                      | trainer | written, on its way to the trainer          |
// | InUse    | Draining | release with an event     | trainer | the trainer starts work that reads          |
// | InUse    | Free     | release without an event  | trainer |                                             |
// | Draining | Free     | acquire_free, after event | lane    | the trainer is done, its work may yet read  |
//
// Anything else is a defect of the caller and throws std::logic_error with both states.
// Thread: all calls are thread-safe.
class SlotStates {
 public:
  // All slots are free. Throws: std::invalid_argument when the count is 0.
  explicit SlotStates(std::size_t count);

  // Waits for a slot that nobody reads any more and returns it for filling: a free one, else the one released first,
  // whose event is waited for on this thread, without the lock.
  // Throws: Cancelled after cancel(); what the event's wait throws, and the slot then stays Draining for ever.
  [[nodiscard]] std::size_t acquire_free();

  void mark_ready(std::size_t slot);
  void abandon(std::size_t slot);
  void take(std::size_t slot);
  void release(std::size_t slot, WaitReleased wait_released = {});

  // Ends every acquire_free() with Cancelled (one that waits for an event, after it). Slots can still be given back.
  void cancel() noexcept;

  [[nodiscard]] SlotState state(std::size_t slot) const;
  [[nodiscard]] std::size_t count() const { return slots_.size(); }

 private:
  struct Slot {
    SlotState state = SlotState::kFree;
    WaitReleased wait_released;  // while Draining and not yet claimed by an acquire_free()
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

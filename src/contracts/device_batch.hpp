#pragma once
// A batch on the model device, in a transfer slot that it holds until it is released.

#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "contracts/batch.hpp"

namespace myxtts::contracts {

// The right to read one transfer slot. Released by the training loop with the work that read it enqueued; never by
// scope exit of a step (work may still be running on the device): destruction releases only what was forgotten.
class SlotLease {
 public:
  SlotLease() = default;
  explicit SlotLease(std::function<void()> release) : release_(std::move(release)) {}
  SlotLease(SlotLease&& other) noexcept : release_(std::exchange(other.release_, nullptr)) {}
  SlotLease& operator=(SlotLease&& other) noexcept {
    if (this != &other) {
      release_quietly();
      release_ = std::exchange(other.release_, nullptr);
    }
    return *this;
  }
  SlotLease(const SlotLease&) = delete;
  SlotLease& operator=(const SlotLease&) = delete;
  ~SlotLease() { release_quietly(); }

  // Gives the slot back; the owner waits on the device until the work enqueued so far has read it.
  void release() {
    if (auto release = std::exchange(release_, nullptr)) release();
  }

 private:
  void release_quietly() noexcept {
    try {
      release();
    } catch (const std::exception&) {
      // A device that fails cannot tell when the slot was read: the run is ending, and another error says why.
    }
  }

  std::function<void()> release_;
};

struct DeviceBatch {
  Batch batch;  // tensors on the model device, views into the slot
  SlotLease lease;
};

// What training sees of the pipeline. A vector fakes it in tests.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  // The next batch in order, or nothing when the plan is done. Blocks while none is ready. Throws what a stage threw.
  [[nodiscard]] virtual std::optional<DeviceBatch> next() = 0;
  // Batches that are ready now.
  [[nodiscard]] virtual std::int64_t buffered() const = 0;
};

}  // namespace myxtts::contracts

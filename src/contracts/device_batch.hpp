#pragma once
// A batch on the model device, in a transfer slot that it occupies until it is released.

#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "contracts/batch.hpp"

namespace myxtts::contracts {

// The right to read one transfer slot. The training loop releases it when the work that reads it is enqueued; it must
// not rely on the end of a scope, because work may still be running on the device. The destructor is only a fallback
// for a lease that was not released.
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

  // Gives the slot back; the owner makes the device wait until the work enqueued so far has read it.
  void release() {
    if (auto release = std::exchange(release_, nullptr)) release();
  }

 private:
  void release_quietly() noexcept {
    try {
      release();
    } catch (const std::exception&) {
      // A failed device cannot tell when the slot was read. The run is ending, and another error gives the reason.
    }
  }

  std::function<void()> release_;
};

struct DeviceBatch {
  Batch batch;  // tensors on the model device, views into the slot
  SlotLease lease;
};

// Training's view of the pipeline. Tests replace it with a vector.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  // The next batch in order; no value at the end of the plan. Blocks until one is ready. Throws what a stage threw.
  [[nodiscard]] virtual std::optional<DeviceBatch> next() = 0;
  // Number of batches that are ready now.
  [[nodiscard]] virtual std::int64_t buffered() const = 0;
};

}  // namespace myxtts::contracts

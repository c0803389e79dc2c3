#include "concurrency/slot_states.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "concurrency/cancelled.hpp"

namespace myxtts::concurrency {

std::string_view name_of(SlotState state) {
  switch (state) {
    case SlotState::kFree:
      return "Free";
    case SlotState::kFilling:
      return "Filling";
    case SlotState::kReady:
      return "Ready";
    case SlotState::kInUse:
      return "InUse";
    case SlotState::kDraining:
      return "Draining";
  }
  return "unknown";
}

SlotStates::SlotStates(std::size_t count) : slots_(count) {
  if (count == 0) throw std::invalid_argument("a transfer needs a slot");
}

std::size_t SlotStates::acquire_free() {
  std::unique_lock lock(mutex_);
  Slot* slot = nullptr;
  changed_.wait(lock, [&] {
    slot = find_free();
    if (slot == nullptr) slot = find_drainable();
    return cancelled_ || slot != nullptr;
  });
  if (cancelled_) throw Cancelled();
  if (slot->state == SlotState::kDraining) {
    const WaitReleased wait_released = std::exchange(slot->wait_released, nullptr);
    lock.unlock();
    wait_released();
    lock.lock();
    slot->state = SlotState::kFree;
    if (cancelled_) throw Cancelled();
  }
  slot->state = SlotState::kFilling;
  return static_cast<std::size_t>(slot - slots_.data());
}

void SlotStates::mark_ready(std::size_t slot) {
  const std::lock_guard lock(mutex_);
  transition(slot, SlotState::kFilling, SlotState::kReady);
}

void SlotStates::abandon(std::size_t slot) {
  const std::lock_guard lock(mutex_);
  transition(slot, SlotState::kFilling, SlotState::kFree);
  changed_.notify_all();
}

void SlotStates::take(std::size_t slot) {
  const std::lock_guard lock(mutex_);
  transition(slot, SlotState::kReady, SlotState::kInUse);
}

void SlotStates::release(std::size_t slot, WaitReleased wait_released) {
  const std::lock_guard lock(mutex_);
  transition(slot, SlotState::kInUse, wait_released ? SlotState::kDraining : SlotState::kFree);
  slots_[slot].wait_released = std::move(wait_released);
  slots_[slot].release_number = releases_++;
  changed_.notify_all();
}

void SlotStates::cancel() noexcept {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  changed_.notify_all();
}

SlotState SlotStates::state(std::size_t slot) const {
  const std::lock_guard lock(mutex_);
  return slots_.at(slot).state;
}

void SlotStates::transition(std::size_t slot, SlotState from, SlotState to) {
  SlotState& state = slots_.at(slot).state;
  if (state != from) {
    throw std::logic_error("transfer slot " + std::to_string(slot) + " cannot go from " + std::string(name_of(state)) +
                           " to " + std::string(name_of(to)));
  }
  state = to;
}

SlotStates::Slot* SlotStates::find_free() {
  const auto found = std::ranges::find(slots_, SlotState::kFree, &Slot::state);
  return found == slots_.end() ? nullptr : &*found;
}

SlotStates::Slot* SlotStates::find_drainable() {
  Slot* oldest = nullptr;
  for (Slot& slot : slots_) {
    if (slot.wait_released && (oldest == nullptr || slot.release_number < oldest->release_number)) oldest = &slot;
  }
  return oldest;
}

}  // namespace myxtts::concurrency

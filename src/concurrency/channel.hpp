#pragma once
// A bounded channel: producers may finish out of order; the consumer receives in sequence order.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "concurrency/cancelled.hpp"
#include "core/stopwatch.hpp"

namespace myxtts::concurrency {

// Count and total time of finished waits.
struct Stall {
  std::uint64_t count = 0;
  double seconds = 0;
};

struct StallStatistics {
  Stall empty;  // receive() waited for an item
  Stall full;   // reserve() waited for room
};

// A producer reserves a sequence number before it does the work, and sends the item when the work is done. Room is
// granted in sequence order. If the first to finish got the room, later items could fill the channel while the consumer
// waits for an earlier item that finds no room: a deadlock.
//
//   sequence   0 ....... received ............ granted ............ received + capacity
//              delivered          ready or in progress    may be reserved
//
// Thread: all calls are thread-safe. The channel must outlive its permits.
template <class T>
class Channel {
 public:
  // The right and the obligation to send one item. Move-only.
  class Permit {
   public:
    Permit(Permit&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)), sequence_(other.sequence_) {}
    Permit& operator=(Permit other) noexcept {
      std::swap(channel_, other.channel_);
      std::swap(sequence_, other.sequence_);
      return *this;
    }
    // If the permit has not sent, its channel fails with UnsentPermit, unless the channel was cancelled or ends before
    // the permit's sequence number.
    ~Permit() {
      if (channel_ != nullptr) channel_->abandon(sequence_);
    }

    // Puts the item at its place; never blocks. A cancelled channel drops the item.
    // Throws: std::logic_error if the permit has already sent or was moved from.
    void send(T item) {
      if (channel_ == nullptr) throw std::logic_error("a permit sends once");
      std::exchange(channel_, nullptr)->deliver(sequence_, std::move(item));
    }

    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

   private:
    friend class Channel;
    Permit(Channel* channel, std::uint64_t sequence) : channel_(channel), sequence_(sequence) {}

    Channel* channel_;
    std::uint64_t sequence_;
  };

  // Throws: std::invalid_argument if the capacity is 0.
  explicit Channel(std::size_t capacity) : capacity_(capacity), places_(capacity) {
    if (capacity == 0) throw std::invalid_argument("a channel needs room for one item");
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Waits until every earlier sequence number is reserved and fewer than `capacity` are reserved or ready.
  // Throws: Cancelled after cancel(), or if the channel ends before `sequence`; UnsentPermit if the channel has failed;
  // std::logic_error if `sequence` was reserved before.
  [[nodiscard]] Permit reserve(std::uint64_t sequence);

  // Waits for the next item in sequence order; no value if all items before the end were delivered.
  // Throws: Cancelled after cancel(), UnsentPermit if the channel has failed.
  [[nodiscard]] std::optional<T> receive();

  // Sets the end of the channel: items before `end_sequence`, which may still be in progress, are the last. After
  // several calls the lowest end applies. Items from the end on are never delivered.
  void finish(std::uint64_t end_sequence);

  // Drops all items and wakes all waiting threads.
  void cancel() noexcept;

  // Number of items that were sent and not yet received.
  [[nodiscard]] std::size_t ready() const;

  // Waits until `capacity` items are ready, or all items that are left before the end, or until the timeout.
  // Throws: as receive().
  template <class Representation, class Period>
  void wait_until_full_or(std::chrono::duration<Representation, Period> timeout);

  [[nodiscard]] StallStatistics stalls() const;

 private:
  static constexpr std::uint64_t kNoEnd = std::numeric_limits<std::uint64_t>::max();

  void deliver(std::uint64_t sequence, T item);
  void abandon(std::uint64_t sequence) noexcept;

  // The functions below are called with the lock held.
  std::optional<T>& place(std::uint64_t sequence) { return places_[sequence % capacity_]; }
  const std::optional<T>& place(std::uint64_t sequence) const { return places_[sequence % capacity_]; }
  bool closed() const { return cancelled_ || unsent_.has_value(); }
  void throw_if_closed() const;
  std::size_t count_ready() const;
  bool is_full() const;
  template <class Condition>
  void wait(std::unique_lock<std::mutex>& lock, Stall* stall, Condition condition);

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  // One condition variable for all waits, because changes are rare (a few per batch). Notified with the lock held, so
  // that a woken thread may destroy the channel.
  std::condition_variable changed_;
  std::vector<std::optional<T>> places_;  // a ring buffer; empty after cancel()
  std::uint64_t granted_ = 0;             // the next sequence number to be reserved
  std::uint64_t received_ = 0;            // the next sequence number to be delivered
  std::uint64_t end_ = kNoEnd;
  bool cancelled_ = false;
  std::optional<std::uint64_t> unsent_;  // sequence number of the permit that was dropped
  StallStatistics stalls_;
};

template <class T>
typename Channel<T>::Permit Channel<T>::reserve(std::uint64_t sequence) {
  std::unique_lock lock(mutex_);
  const auto has_room = [&] { return sequence < received_ + capacity_; };
  // A wait until an earlier sequence number is reserved does not mean that the channel is full.
  wait(lock, has_room() ? nullptr : &stalls_.full,
       [&] { return closed() || sequence >= end_ || (sequence <= granted_ && has_room()); });
  throw_if_closed();
  if (sequence >= end_) throw Cancelled();
  if (sequence < granted_) throw std::logic_error("sequence " + std::to_string(sequence) + " was reserved before");
  ++granted_;
  changed_.notify_all();
  return Permit(this, sequence);
}

template <class T>
std::optional<T> Channel<T>::receive() {
  std::unique_lock lock(mutex_);
  wait(lock, &stalls_.empty, [&] { return closed() || received_ >= end_ || place(received_).has_value(); });
  throw_if_closed();
  if (received_ >= end_) return std::nullopt;
  std::optional<T> item = std::exchange(place(received_), std::nullopt);
  ++received_;
  changed_.notify_all();
  return item;
}

template <class T>
void Channel<T>::finish(std::uint64_t end_sequence) {
  const std::lock_guard lock(mutex_);
  end_ = std::min(end_, end_sequence);
  changed_.notify_all();
}

template <class T>
void Channel<T>::cancel() noexcept {
  std::vector<std::optional<T>> dropped;  // destroyed after the lock is released: an item's destructor may be slow
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  dropped.swap(places_);
  changed_.notify_all();
}

template <class T>
std::size_t Channel<T>::ready() const {
  const std::lock_guard lock(mutex_);
  return count_ready();
}

template <class T>
template <class Representation, class Period>
void Channel<T>::wait_until_full_or(std::chrono::duration<Representation, Period> timeout) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [&] { return closed() || is_full(); });
  throw_if_closed();
}

template <class T>
StallStatistics Channel<T>::stalls() const {
  const std::lock_guard lock(mutex_);
  return stalls_;
}

template <class T>
void Channel<T>::deliver(std::uint64_t sequence, T item) {
  const std::lock_guard lock(mutex_);
  if (closed()) return;
  place(sequence).emplace(std::move(item));
  changed_.notify_all();
}

template <class T>
void Channel<T>::abandon(std::uint64_t sequence) noexcept {
  const std::lock_guard lock(mutex_);
  if (closed() || sequence >= end_) return;
  unsent_ = sequence;
  changed_.notify_all();
}

template <class T>
void Channel<T>::throw_if_closed() const {
  if (unsent_) throw UnsentPermit(*unsent_);
  if (cancelled_) throw Cancelled();
}

template <class T>
std::size_t Channel<T>::count_ready() const {
  if (closed()) return 0;
  std::size_t count = 0;
  for (std::uint64_t sequence = received_; sequence < std::min(granted_, end_); ++sequence) {
    if (place(sequence).has_value()) ++count;
  }
  return count;
}

template <class T>
bool Channel<T>::is_full() const {
  const std::uint64_t left = end_ - std::min(received_, end_);
  return count_ready() == std::min<std::uint64_t>(capacity_, left);
}

template <class T>
template <class Condition>
void Channel<T>::wait(std::unique_lock<std::mutex>& lock, Stall* stall, Condition condition) {
  if (condition()) return;
  const core::Stopwatch watch;
  changed_.wait(lock, condition);
  if (stall == nullptr) return;
  ++stall->count;
  stall->seconds += watch.seconds();
}

}  // namespace myxtts::concurrency

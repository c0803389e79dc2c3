#pragma once
// Finds accesses to the same memory, one of them a write, that nothing orders. It looks at items as they are put on
// streams, not as they run, so its verdict does not depend on timing. All host threads count as one: what they do
// between themselves is not looked at.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "simulated_cuda/runtime/traces.hpp"
#include "simulated_cuda/simulation.hpp"

namespace myxtts::simulated_cuda {

// A vector clock: of each stream, the number of its last item that has happened before.
class Clock {
 public:
  [[nodiscard]] std::uint64_t at(int stream) const;
  void join(const Clock& other);
  // Counts an item of the stream. Returns its number.
  std::uint64_t tick(int stream);

 private:
  std::vector<std::uint64_t> times_;
};

// An item on a stream, as reports name it.
struct Item {
  int stream = -1;  // -1: none
  int device = -1;
  std::uint64_t number = 0;
  const char* name = "";
  Trace trace = nullptr;
};

// Thread: all calls under the order's lock (streams.hpp).
class RaceDetector {
 public:
  // Compares the item's accesses with earlier ones. `clock`: what happened before the item.
  void check(const Clock& clock, const Item& item, const std::vector<Access>& accesses);
  // Forgets the accesses to memory that is freed.
  void forget(std::uintptr_t begin, std::uintptr_t end);
  // What the host waited for has happened before all that it enqueues from now on.
  Clock& host() { return host_; }
  [[nodiscard]] std::size_t kinds() const { return reported_.size(); }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  struct Cell {  // memory from its key in the map to `end`
    std::uintptr_t end = 0;
    Item last_write;
    std::vector<Item> reads_since;
  };
  using Cells = std::map<std::uintptr_t, Cell>;

  void check(const Clock& clock, const Item& item, const Access& access);
  // The cell that begins at `begin` and ends at `end` or before it; made, or cut out of a larger one.
  Cells::iterator cell_at(std::uintptr_t begin, std::uintptr_t end);
  void compare(const Clock& clock, const Item& item, bool write, Cells::iterator cell);
  void report(const char* kind, const Item& earlier, const Item& item, Cells::iterator cell);

  Clock host_;
  Cells cells_;
  std::set<std::pair<std::string, std::string>> reported_;
  std::uint64_t count_ = 0;
};

}  // namespace myxtts::simulated_cuda

#include "simulated_cuda/runtime/race_detector.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace myxtts::simulated_cuda {

std::uint64_t Clock::at(int stream) const {
  const auto position = static_cast<std::size_t>(stream);
  return position < times_.size() ? times_[position] : 0;
}

void Clock::join(const Clock& other) {
  if (other.times_.size() > times_.size()) times_.resize(other.times_.size());
  for (std::size_t i = 0; i < other.times_.size(); ++i) times_[i] = std::max(times_[i], other.times_[i]);
}

std::uint64_t Clock::tick(int stream) {
  const auto position = static_cast<std::size_t>(stream);
  if (position >= times_.size()) times_.resize(position + 1);
  return ++times_[position];
}

// Reads first: an item that reads and writes the same memory does not race with itself.
void RaceDetector::check(const Clock& clock, const Item& item, const std::vector<Access>& accesses) {
  for (const bool write : {false, true}) {
    for (const Access& access : accesses) {
      if (access.write == write) check(clock, item, access);
    }
  }
}

void RaceDetector::check(const Clock& clock, const Item& item, const Access& access) {
  for (std::uintptr_t begin = access.begin; begin < access.end;) {
    const auto cell = cell_at(begin, access.end);
    compare(clock, item, access.write, cell);
    begin = cell->second.end;
  }
}

RaceDetector::Cells::iterator RaceDetector::cell_at(std::uintptr_t begin, std::uintptr_t end) {
  auto next = cells_.upper_bound(begin);
  if (next == cells_.begin() || std::prev(next)->second.end <= begin) {  // nobody was here before
    const std::uintptr_t limit = next == cells_.end() ? end : std::min(end, next->first);
    return cells_.emplace_hint(next, begin, Cell{limit, {}, {}});
  }
  auto cell = std::prev(next);
  if (cell->first < begin) {
    Cell right = cell->second;
    cell->second.end = begin;
    cell = cells_.emplace_hint(next, begin, std::move(right));
  }
  if (cell->second.end > end) {
    cells_.emplace_hint(next, end, cell->second);
    cell->second.end = end;
  }
  return cell;
}

void RaceDetector::compare(const Clock& clock, const Item& item, bool write, Cells::iterator position) {
  Cell& cell = position->second;
  const auto unordered = [&](const Item& earlier) {
    return earlier.stream >= 0 && clock.at(earlier.stream) < earlier.number;
  };
  if (unordered(cell.last_write)) {
    report(write ? "a write after a write" : "a read after a write", cell.last_write, item, position);
  }
  if (!write) {
    std::erase_if(cell.reads_since, [&](const Item& read) { return read.stream == item.stream; });
    return cell.reads_since.push_back(item);
  }
  for (const Item& read : cell.reads_since) {
    if (unordered(read)) report("a write after a read", read, item, position);
  }
  cell.last_write = item;
  cell.reads_since.clear();
}

// Each pair of names once; all are counted.
void RaceDetector::report(const char* kind, const Item& earlier, const Item& item, Cells::iterator cell) {
  ++count_;
  if (!reported_.insert({std::string(kind) + earlier.name, item.name}).second) return;
  std::fprintf(stderr,
               "simulated CUDA: race, %s without an order: '%s' (GPU %d, stream %d, item %llu), then '%s' (GPU %d, "
               "stream %d, item %llu), at [%#zx, %#zx)\n",
               kind, earlier.name, earlier.device, earlier.stream, static_cast<unsigned long long>(earlier.number),
               item.name, item.device, item.stream, static_cast<unsigned long long>(item.number), cell->first,
               cell->second.end);
  print_trace(earlier.name, earlier.trace);
  print_trace(item.name, item.trace);
}

void RaceDetector::forget(std::uintptr_t begin, std::uintptr_t end) {
  auto cell = cells_.lower_bound(begin);
  while (cell != cells_.end() && cell->first < end) cell = cells_.erase(cell);
}

}  // namespace myxtts::simulated_cuda

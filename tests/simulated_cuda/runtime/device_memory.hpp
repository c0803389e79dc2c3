#pragma once
// A GPU's memory: an anonymous file that is mapped twice. The program's addresses can be neither read nor written, so
// that a host access ends the program; streams' threads use the alias.

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

namespace myxtts::simulated_cuda {

// Units: bytes. Thread: any.
class DeviceMemory {
 public:
  explicit DeviceMemory(std::size_t total);

  // Null when there is no room.
  [[nodiscard]] void* allocate(std::size_t bytes);
  // Gives the memory back; what it held is lost. Returns its size, 0 for an address that was not allocated.
  std::size_t release(void* memory);
  [[nodiscard]] bool contains(const void* address) const;
  // Of an address that it contains.
  [[nodiscard]] void* alias(const void* address) const;
  [[nodiscard]] std::size_t total() const { return total_; }
  [[nodiscard]] std::size_t used() const;

 private:
  static constexpr std::size_t kPage = std::size_t{2} << 20;  // as of a GPU: every allocation is a multiple of it

  const std::size_t total_;
  const std::size_t span_;  // of addresses: more than there is memory, so that pieces always find a place
  int file_ = -1;
  char* base_ = nullptr;   // what the program sees
  char* alias_ = nullptr;  // what streams' threads use
  mutable std::mutex mutex_;
  std::map<std::size_t, std::size_t> pieces_;  // offset to size
  std::size_t used_ = 0;
};

}  // namespace myxtts::simulated_cuda

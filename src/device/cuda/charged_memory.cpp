#include "device/cuda/charged_memory.hpp"

namespace myxtts::device {

void ChargedMemory::add(void* memory, const MemoryCharge& charge) {
  Part& part = parts_[part_of(memory)];
  const std::scoped_lock lock(part.mutex);
  part.charges.insert_or_assign(memory, charge);
}

std::optional<MemoryCharge> ChargedMemory::find(void* memory) const {
  const Part& part = parts_[part_of(memory)];
  const std::scoped_lock lock(part.mutex);
  const auto found = part.charges.find(memory);
  return found == part.charges.end() ? std::nullopt : std::optional(found->second);
}

std::optional<MemoryCharge> ChargedMemory::take(void* memory) {
  Part& part = parts_[part_of(memory)];
  const std::scoped_lock lock(part.mutex);
  const auto node = part.charges.extract(memory);
  return node.empty() ? std::nullopt : std::optional(node.mapped());
}

}  // namespace myxtts::device

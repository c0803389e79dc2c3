#include "device/role_allocator.hpp"

#include <array>
#include <cstddef>
#include <mutex>
#include <new>

#include "device/memory_account.hpp"
#include "device/out_of_memory.hpp"

namespace myxtts::device {
namespace {

// Never destroyed, because storages may outlive static destruction.
MemoryAccount& account_of(Role role) {
  static auto& accounts = *new std::array<MemoryAccount, kRoles>();
  return accounts[static_cast<std::size_t>(role)];
}

// Stored directly before a storage's memory, so that a deleter needs only the address: libtorch's raw interface (its
// convolutions use it) passes nothing else. Its size equals libtorch's alignment, which the memory must keep.
struct alignas(64) Header {
  c10::DeleterFnPtr release;  // deleter of the inner allocator; takes the header's address
  std::int64_t bytes;
  Role role;
};

Header* header_of(void* memory) { return static_cast<Header*>(memory) - 1; }

void charge(Role role, std::int64_t bytes) {
  MemoryAccount& account = account_of(role);
  if (!account.charge(bytes)) throw AllocationRefused({role, "CPU", bytes, account.live(), 0, account.cap(), 0, false});
}

void free_memory(void* memory) {
  if (memory == nullptr) return;
  Header* header = header_of(memory);
  account_of(header->role).discharge(header->bytes);
  header->release(header);
}

class RoleAllocator final : public c10::Allocator {
 public:
  explicit RoleAllocator(c10::Allocator& inner) : inner_(inner) {}

  c10::DataPtr allocate(std::size_t byte_count) override {
    const auto bytes = static_cast<std::int64_t>(byte_count);
    const Role role = current_role();
    charge(role, bytes);
    try {
      void* whole = inner_.raw_allocate(sizeof(Header) + byte_count);
      void* memory = new (whole) Header{inner_.raw_deleter(), bytes, role} + 1;
      return {memory, memory, &free_memory, torch::kCPU};
    } catch (...) {
      account_of(role).discharge(bytes);
      throw;
    }
  }

  c10::DeleterFnPtr raw_deleter() const override { return &free_memory; }

  void copy_data(void* destination, const void* source, std::size_t byte_count) const override {
    default_copy_data(destination, source, byte_count);
  }

 private:
  c10::Allocator& inner_;
};

}  // namespace

void install_role_allocator() {
  static constexpr std::uint8_t kPriority = 200;  // higher than libtorch's own registrations
  static std::once_flag installed;
  std::call_once(installed, [] {
    static auto& allocator =
        *new RoleAllocator(*c10::GetAllocator(torch::kCPU));  // storages outlive static destruction
    c10::SetAllocator(torch::kCPU, &allocator, kPriority);
  });
}

Role role_of(const torch::Tensor& tensor) {
  if (!tensor.defined() || !tensor.has_storage() || !tensor.device().is_cpu()) return Role::kNone;
  const c10::DataPtr& memory = tensor.storage().data_ptr();
  if (memory.get_deleter() != &free_memory || memory.get_context() == nullptr) return Role::kNone;
  return header_of(memory.get_context())->role;
}

std::int64_t live_bytes(Role role) { return account_of(role).live(); }

std::int64_t peak_bytes(Role role) { return account_of(role).peak(); }

void reset_peak_bytes(Role role) { account_of(role).reset_peak(); }

void set_cap(Role role, std::int64_t bytes) { account_of(role).set_cap(bytes); }

std::int64_t cap(Role role) { return account_of(role).cap(); }

}  // namespace myxtts::device

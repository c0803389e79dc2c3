#include "device/role_allocator.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "core/error.hpp"

namespace myxtts::device {
namespace {

// On a cache line of its own, so that the roles' threads do not slow each other down.
struct alignas(64) Account {
  std::atomic<std::int64_t> live{0};
  std::atomic<std::int64_t> peak{0};
  std::atomic<std::int64_t> cap{0};
};

// Outlives every storage: it is never destroyed.
Account& account_of(Role role) {
  static auto& accounts = *new std::array<Account, kRoles>();
  return accounts[static_cast<std::size_t>(role)];
}

// Lies right before a storage's memory, so that the memory's address is all that a deleter needs: libtorch's raw
// interface (its convolutions use it) hands back nothing else. As long as libtorch's alignment, which it must keep.
struct alignas(64) Header {
  c10::DeleterFnPtr release;  // of the inner allocator; takes the header's address
  std::int64_t bytes;
  Role role;
};

Header* header_of(void* memory) { return static_cast<Header*>(memory) - 1; }

std::string megabytes(std::int64_t bytes) { return fmt::format("{:.3f} MB", static_cast<double>(bytes) / (1 << 20)); }

[[noreturn]] void throw_out_of_memory(Role role, std::int64_t cap, std::int64_t live, std::int64_t bytes) {
  const std::string advice = role == Role::kNone ? "" : fmt::format("Raise --{}-gpu-memory.", name_of(role));
  throw core::OutOfMemoryError({.what = fmt::format("the {} role is out of memory", name_of(role)),
                                .where = "CPU",
                                .value = fmt::format("{} asked for with {} in use", megabytes(bytes), megabytes(live)),
                                .expected = fmt::format("at most the cap of {}", megabytes(cap)),
                                .advice = advice});
}

// Adds to the live bytes unless that would exceed the cap: a compare-and-swap, so that they are never over it, not
// even for a moment.
void charge(Role role, std::int64_t bytes) {
  Account& account = account_of(role);
  std::int64_t live = account.live.load(std::memory_order_relaxed);
  do {
    const std::int64_t cap = account.cap.load(std::memory_order_relaxed);
    if (cap > 0 && live + bytes > cap) throw_out_of_memory(role, cap, live, bytes);
  } while (!account.live.compare_exchange_weak(live, live + bytes, std::memory_order_relaxed));
  std::int64_t peak = account.peak.load(std::memory_order_relaxed);
  while (peak < live + bytes && !account.peak.compare_exchange_weak(peak, live + bytes, std::memory_order_relaxed)) {
  }
}

void discharge(Role role, std::int64_t bytes) noexcept {
  account_of(role).live.fetch_sub(bytes, std::memory_order_relaxed);
}

void free_memory(void* memory) {
  if (memory == nullptr) return;
  Header* header = header_of(memory);
  discharge(header->role, header->bytes);
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
      discharge(role, bytes);
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
  static constexpr std::uint8_t kPriority = 200;  // over libtorch's own registrations
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

std::int64_t live_bytes(Role role) { return account_of(role).live.load(std::memory_order_relaxed); }

std::int64_t peak_bytes(Role role) { return account_of(role).peak.load(std::memory_order_relaxed); }

void reset_peak_bytes(Role role) { account_of(role).peak.store(live_bytes(role), std::memory_order_relaxed); }

void set_cap(Role role, std::int64_t bytes) { account_of(role).cap.store(bytes, std::memory_order_relaxed); }

std::int64_t cap(Role role) { return account_of(role).cap.load(std::memory_order_relaxed); }

}  // namespace myxtts::device

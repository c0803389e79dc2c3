#pragma once
// Counts GPU memory by role: libtorch's allocator, with an account for each role in front of it.

#include <array>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "device/cuda/charged_memory.hpp"
#include "device/cuda/deferred_error.hpp"
#include "device/cuda/delegating_cuda_allocator.hpp"
#include "device/memory_account.hpp"
#include "device/role.hpp"

namespace myxtts::device {

// Charges each allocation, rounded as libtorch rounds it, to the role of the stream that it is made on, because
// autograd runs the backward pass in threads of its own, but on the forward pass's streams. On a stream without a role,
// the thread's role is charged. A request over a cap is refused with AllocationRefused before it reaches libtorch; a
// request that libtorch refuses, after it has freed what it kept for reuse, throws the same error.
//
// Its deleters never throw, because a tensor's destructor must not: libtorch's call CUDA for memory that several
// streams used, and after a failure of the GPU every call fails. The next allocation throws that error.
//
// Deleters find it through a global pointer, so only one exists at a time and it must outlive its memory: install()
// never destroys it.
// Thread: all calls are thread-safe.
class RoleCudaAllocator final : public DelegatingCudaAllocator {
 public:
  using DelegatingCudaAllocator::recordStream;

  explicit RoleCudaAllocator(CUDAAllocator& inner);
  ~RoleCudaAllocator() override;

  // Replaces libtorch's allocator in this process, once. Memory that was allocated earlier stays uncounted.
  // Thread: before other threads use a GPU; best before CUDA starts.
  static RoleCudaAllocator& install();

  void assign(cudaStream_t stream, Role role);
  void forget(cudaStream_t stream);
  // The role of memory from this allocator; kNone for any other memory.
  [[nodiscard]] Role role_of(void* memory) const;
  [[nodiscard]] MemoryAccount& account(Role role) { return accounts_[static_cast<std::size_t>(role)]; }

  // Throws (all functions that allocate): AllocationRefused.
  c10::DataPtr allocate(std::size_t bytes) override;
  void* raw_alloc(std::size_t bytes) override;
  void* raw_alloc_with_stream(std::size_t bytes, cudaStream_t stream) override;
  void raw_delete(void* memory) override { release(memory); }
  c10::DeleterFnPtr raw_deleter() const override;
  void recordStream(const c10::DataPtr& memory, c10::cuda::CUDAStream stream) override;

 private:
  [[nodiscard]] Role role_on(cudaStream_t stream) const;
  // Charges the bytes and returns get(charge); if that fails, the charge is undone.
  template <typename Get>
  auto charged(std::size_t bytes, cudaStream_t stream, const Get& get);
  [[noreturn]] void refuse(const MemoryCharge& charge);
  [[noreturn]] void give_up(const MemoryCharge& charge);
  void release(void* memory) noexcept;
  static void free_memory(void* memory);

  std::array<MemoryAccount, kRoles> accounts_;
  ChargedMemory charges_;
  DeferredError failed_release_;
  mutable std::shared_mutex streams_mutex_;
  std::vector<std::pair<cudaStream_t, Role>> streams_;
};

}  // namespace myxtts::device

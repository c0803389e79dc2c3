#pragma once
// GPU memory, told apart by role: libtorch's allocator, with an account for each role in front of it.

#include <array>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "device/cuda/charged_memory.hpp"
#include "device/cuda/delegating_cuda_allocator.hpp"
#include "device/memory_account.hpp"
#include "device/role.hpp"

namespace myxtts::device {

// Charges each allocation, rounded as libtorch rounds it, to the role of the stream that it is made on: autograd runs
// the backward pass in threads of its own, but on the forward pass's streams. On a stream that belongs to no role the
// thread's role counts. What a cap does not allow is refused with AllocationRefused before libtorch is asked, and
// what libtorch refuses, after it has given back what it kept for reuse, becomes the same error.
//
// Deleters find it by themselves, so there is one at a time and it outlives its memory: install() keeps one for good.
// Thread: all calls are thread-safe.
class RoleCudaAllocator final : public DelegatingCudaAllocator {
 public:
  using DelegatingCudaAllocator::recordStream;

  explicit RoleCudaAllocator(CUDAAllocator& inner);
  ~RoleCudaAllocator() override;

  // Takes libtorch's allocator's place in this process, once. Memory from before stays uncounted.
  // Thread: before other threads use a GPU; best before CUDA starts.
  static RoleCudaAllocator& install();

  void assign(cudaStream_t stream, Role role);
  void forget(cudaStream_t stream);
  // The role of memory that came from here; kNone for any other.
  [[nodiscard]] Role role_of(void* memory) const;
  [[nodiscard]] MemoryAccount& account(Role role) { return accounts_[static_cast<std::size_t>(role)]; }

  // Throws (all that allocate): AllocationRefused.
  c10::DataPtr allocate(std::size_t bytes) override;
  void* raw_alloc(std::size_t bytes) override;
  void* raw_alloc_with_stream(std::size_t bytes, cudaStream_t stream) override;
  void raw_delete(void* memory) override { release(memory); }
  c10::DeleterFnPtr raw_deleter() const override;
  void recordStream(const c10::DataPtr& memory, c10::cuda::CUDAStream stream) override;

 private:
  [[nodiscard]] Role role_on(cudaStream_t stream) const;
  // What `get` makes of the charge, which is taken back where it fails.
  template <typename Get>
  auto charged(std::size_t bytes, cudaStream_t stream, const Get& get);
  [[noreturn]] void refuse(const MemoryCharge& charge);
  [[noreturn]] void give_up(const MemoryCharge& charge);
  void release(void* memory);
  static void free_memory(void* memory);

  std::array<MemoryAccount, kRoles> accounts_;
  ChargedMemory charges_;
  mutable std::shared_mutex streams_mutex_;
  std::vector<std::pair<cudaStream_t, Role>> streams_;
};

}  // namespace myxtts::device

#pragma once
// A GPU memory allocator that forwards all calls to another one; derived classes override some of them.

#include <c10/cuda/CUDACachingAllocator.h>
#include <torch/types.h>

#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace myxtts::device {

class DelegatingCudaAllocator : public c10::cuda::CUDACachingAllocator::CUDAAllocator {
 public:
  using DeviceIndex = c10::DeviceIndex;
  using MempoolId = c10::MempoolId_t;
  using CUDAAllocator::recordStream;

  explicit DelegatingCudaAllocator(CUDAAllocator& inner) : inner_(inner) {}

  c10::DataPtr allocate(std::size_t bytes) override { return inner_.allocate(bytes); }
  c10::DeleterFnPtr raw_deleter() const override { return inner_.raw_deleter(); }
  void copy_data(void* to, const void* from, std::size_t bytes) const override { inner_.copy_data(to, from, bytes); }
  bool is_simple_data_ptr(const c10::DataPtr& memory) const override { return inner_.is_simple_data_ptr(memory); }

  bool initialized() override { return inner_.initialized(); }
  void emptyCache(MempoolId pool) override { inner_.emptyCache(pool); }
  void recordStream(const c10::DataPtr& memory, c10::cuda::CUDAStream stream) override {
    inner_.recordStream(memory, stream);
  }
  c10::CachingDeviceAllocator::DeviceStats getDeviceStats(DeviceIndex device) override {
    return inner_.getDeviceStats(device);
  }
  void resetAccumulatedStats(DeviceIndex device) override { inner_.resetAccumulatedStats(device); }
  void resetPeakStats(DeviceIndex device) override { inner_.resetPeakStats(device); }
  std::pair<std::size_t, std::size_t> getMemoryInfo(DeviceIndex device) override {
    return inner_.getMemoryInfo(device);
  }

  void* raw_alloc(std::size_t bytes) override { return inner_.raw_alloc(bytes); }
  void* raw_alloc_with_stream(std::size_t bytes, cudaStream_t stream) override {
    return inner_.raw_alloc_with_stream(bytes, stream);
  }
  void raw_delete(void* memory) override { inner_.raw_delete(memory); }
  void init(int device_count) override { inner_.init(device_count); }
  double getMemoryFraction(DeviceIndex device) override { return inner_.getMemoryFraction(device); }
  void setMemoryFraction(double fraction, DeviceIndex device) override { inner_.setMemoryFraction(fraction, device); }
  std::vector<c10::cuda::CUDACachingAllocator::StreamSegmentSize> getExpandableSegmentSizes(
      DeviceIndex device) override {
    return inner_.getExpandableSegmentSizes(device);
  }
  void enable(bool value) override { inner_.enable(value); }
  bool isEnabled() const override { return inner_.isEnabled(); }
  void cacheInfo(DeviceIndex device, std::size_t* largest_block) override { inner_.cacheInfo(device, largest_block); }
  void* getBaseAllocation(void* memory, std::size_t* bytes) override { return inner_.getBaseAllocation(memory, bytes); }
  c10::cuda::CUDACachingAllocator::SnapshotInfo snapshot(MempoolId pool, bool include_traces) override {
    return inner_.snapshot(pool, include_traces);
  }

  void beginAllocateToPool(DeviceIndex device, MempoolId pool, std::function<bool(cudaStream_t)> filter) override {
    inner_.beginAllocateToPool(device, pool, std::move(filter));
  }
  void endAllocateToPool(DeviceIndex device, MempoolId pool) override { inner_.endAllocateToPool(device, pool); }
  void releasePool(DeviceIndex device, MempoolId pool) override { inner_.releasePool(device, pool); }
  int getPoolUseCount(DeviceIndex device, MempoolId pool) override { return inner_.getPoolUseCount(device, pool); }
  void createOrIncrefPool(DeviceIndex device, MempoolId pool, std::shared_ptr<CUDAAllocator> allocator) override {
    inner_.createOrIncrefPool(device, pool, std::move(allocator));
  }
  void setUseOnOOM(DeviceIndex device, MempoolId pool, bool use) override { inner_.setUseOnOOM(device, pool, use); }
  void setNoSplit(DeviceIndex device, MempoolId pool) override { inner_.setNoSplit(device, pool); }
  bool checkPoolLiveAllocations(DeviceIndex device, MempoolId pool,
                                const std::unordered_set<void*>& expected) override {
    return inner_.checkPoolLiveAllocations(device, pool, expected);
  }
  c10::cuda::CUDACachingAllocator::ShareableHandle shareIpcHandle(void* memory) override {
    return inner_.shareIpcHandle(memory);
  }
  std::shared_ptr<void> getIpcDevPtr(std::string handle) override { return inner_.getIpcDevPtr(std::move(handle)); }

  bool isHistoryEnabled() override { return inner_.isHistoryEnabled(); }
  void recordHistory(bool enabled, c10::CachingDeviceAllocator::CreateContextFn recorder, std::size_t entries,
                     c10::CachingDeviceAllocator::RecordContext when, bool clear,
                     const std::vector<std::string>& skipped_actions) override {
    inner_.recordHistory(enabled, recorder, entries, when, clear, skipped_actions);
  }
  void recordAnnotation(const std::vector<std::pair<std::string, std::string>>& annotation) override {
    inner_.recordAnnotation(annotation);
  }
  void pushCompileContext(std::string& context) override { inner_.pushCompileContext(context); }
  void popCompileContext() override { inner_.popCompileContext(); }
  void setUserMetadata(const std::string& metadata) override { inner_.setUserMetadata(metadata); }
  std::string getUserMetadata() override { return inner_.getUserMetadata(); }
  void attachOutOfMemoryObserver(c10::cuda::CUDACachingAllocator::OutOfMemoryObserver observer) override {
    inner_.attachOutOfMemoryObserver(std::move(observer));
  }
  void attachAllocatorTraceTracker(c10::CachingDeviceAllocator::AllocatorTraceTracker tracker) override {
    inner_.attachAllocatorTraceTracker(std::move(tracker));
  }

  void enablePeerAccess(DeviceIndex device, DeviceIndex accessed) override {
    inner_.enablePeerAccess(device, accessed);
  }
  cudaError_t memcpyAsync(void* to, int to_device, const void* from, int from_device, std::size_t bytes,
                          cudaStream_t stream, bool peer_enabled) override {
    return inner_.memcpyAsync(to, to_device, from, from_device, bytes, stream, peer_enabled);
  }
  std::shared_ptr<c10::cuda::CUDACachingAllocator::AllocatorState> getCheckpointState(DeviceIndex device,
                                                                                      MempoolId pool) override {
    return inner_.getCheckpointState(device, pool);
  }
  c10::cuda::CUDACachingAllocator::CheckpointDelta setCheckpointPoolState(
      DeviceIndex device, std::shared_ptr<c10::cuda::CUDACachingAllocator::AllocatorState> state) override {
    return inner_.setCheckpointPoolState(device, std::move(state));
  }
  std::string name() override { return inner_.name(); }

 protected:
  CUDAAllocator& inner_;
};

}  // namespace myxtts::device

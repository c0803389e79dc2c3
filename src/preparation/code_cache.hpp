#pragma once
// Cache of audio codes that do not change between epochs, up to a size limit.

#include <torch/types.h>

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace myxtts::preparation {

// Thread: all calls are thread-safe.
class CodeCache {
 public:
  explicit CodeCache(std::int64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  [[nodiscard]] bool contains(std::uint32_t clip) const;
  // The codes of the clip; an undefined tensor if they are not cached.
  [[nodiscard]] torch::Tensor find(std::uint32_t clip) const;
  // Stores the codes, unless the limit is reached. Entries are never evicted, so a true result of contains() stays
  // true.
  void insert(std::uint32_t clip, const torch::Tensor& codes);
  [[nodiscard]] std::vector<torch::Tensor> tensors() const;
  // Bytes that the codes take in the allocator of their device.
  [[nodiscard]] std::int64_t used_bytes() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::uint32_t, torch::Tensor> codes_;
  std::int64_t limit_bytes_;
  std::int64_t used_bytes_ = 0;
};

}  // namespace myxtts::preparation

#pragma once
// Audio codes that do not change between epochs, kept up to a limit.

#include <torch/torch.h>

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
  // An undefined tensor where the clip is not there.
  [[nodiscard]] torch::Tensor find(std::uint32_t clip) const;
  // Keeps the codes, unless the limit is reached: nothing is ever thrown out, so what contains() said stays true.
  void insert(std::uint32_t clip, const torch::Tensor& codes);
  [[nodiscard]] std::vector<torch::Tensor> tensors() const;
  // What the codes take in the allocator of their device.
  [[nodiscard]] std::int64_t used_bytes() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::uint32_t, torch::Tensor> codes_;
  std::int64_t limit_bytes_;
  std::int64_t used_bytes_ = 0;
};

}  // namespace myxtts::preparation

#include "preparation/code_cache.hpp"

#include "device/memory_account.hpp"

namespace myxtts::preparation {

bool CodeCache::contains(std::uint32_t clip) const {
  const std::scoped_lock lock(mutex_);
  return codes_.contains(clip);
}

torch::Tensor CodeCache::find(std::uint32_t clip) const {
  const std::scoped_lock lock(mutex_);
  const auto found = codes_.find(clip);
  return found == codes_.end() ? torch::Tensor() : found->second;
}

void CodeCache::insert(std::uint32_t clip, const torch::Tensor& codes) {
  auto bytes = static_cast<std::int64_t>(codes.nbytes());
  if (codes.is_cuda()) bytes = device::gpu_block_bytes(bytes);
  const std::scoped_lock lock(mutex_);
  if (used_bytes_ + bytes > limit_bytes_) return;
  if (codes_.emplace(clip, codes).second) used_bytes_ += bytes;
}

std::vector<torch::Tensor> CodeCache::tensors() const {
  const std::scoped_lock lock(mutex_);
  std::vector<torch::Tensor> all;
  for (const auto& [clip, codes] : codes_) all.push_back(codes);
  return all;
}

std::int64_t CodeCache::used_bytes() const {
  const std::scoped_lock lock(mutex_);
  return used_bytes_;
}

}  // namespace myxtts::preparation

#include "transfer/checksum.hpp"

#include <algorithm>
#include <vector>

namespace myxtts::transfer {
namespace {

constexpr std::int64_t kChunkBytes = 1 << 20;  // the computation needs 16 bytes for each

// Bytes in logical order, independent of the strides, which may differ between the two sides.
torch::Tensor bytes_of(const torch::Tensor& tensor) { return tensor.contiguous().view(-1).view(torch::kUInt8); }

}  // namespace

torch::Tensor checksum(const torch::Tensor& tensor) {
  const torch::NoGradGuard no_grad;
  torch::Tensor sum = torch::zeros({}, torch::dtype(torch::kInt64).device(tensor.device()));
  if (tensor.numel() == 0) return sum;
  const torch::Tensor bytes = bytes_of(tensor);
  for (std::int64_t begin = 0; begin < bytes.numel(); begin += kChunkBytes) {
    const std::int64_t end = std::min(begin + kChunkBytes, bytes.numel());
    const torch::Tensor weights = torch::arange(2 * begin + 1, 2 * end + 1, 2, sum.options());
    sum += (bytes.slice(0, begin, end) * weights).sum();
  }
  return sum;
}

torch::Tensor checksums(contracts::Batch batch) {
  std::vector<torch::Tensor> sums;
  contracts::for_each_tensor(batch, [&](const torch::Tensor& tensor) {
    if (tensor.defined()) sums.push_back(checksum(tensor));
  });
  return torch::stack(sums).cpu();
}

}  // namespace myxtts::transfer

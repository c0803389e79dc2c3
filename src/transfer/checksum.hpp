#pragma once
// Whether a batch arrived as it was sent.

#include <torch/torch.h>

#include "contracts/batch.hpp"

namespace myxtts::transfer {

// Sum of a tensor's bytes, byte i times 2i + 1, modulo 2^64. It tells every change of one or two bits (bit k of byte i
// counts 2^k (2i + 1), which no other bit does) and every swap of two bytes that differ.
// Shapes: int64 [], on the tensor's device. Thread/stream: the current one of that device.
[[nodiscard]] torch::Tensor checksum(const torch::Tensor& tensor);

// The checksum of each tensor of a batch, in their order.
// Shapes: int64 [tensors], on the host. Thread/stream: as checksum(), and waits for it.
[[nodiscard]] torch::Tensor checksums(contracts::Batch batch);

}  // namespace myxtts::transfer

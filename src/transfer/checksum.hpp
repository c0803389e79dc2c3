#pragma once
// Checksums that show whether a batch arrived unchanged.

#include <torch/types.h>

#include "contracts/batch.hpp"

namespace myxtts::transfer {

// Sum of a tensor's bytes, byte i times 2i + 1, modulo 2^64. It detects every change of one or two bits (bit k of byte
// i adds 2^k (2i + 1), a value that no other bit has) and every swap of two different bytes.
// Shapes: int64 [], on the tensor's device. Thread/stream: the current one of that device.
[[nodiscard]] torch::Tensor checksum(const torch::Tensor& tensor);

// The checksum of each tensor of a batch, in their order.
// Shapes: int64 [tensors], on the host. Thread/stream: as checksum(), but waits for the result.
[[nodiscard]] torch::Tensor checksums(contracts::Batch batch);

}  // namespace myxtts::transfer

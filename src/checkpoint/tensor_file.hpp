#pragma once
// Converts named tensors to the bytes of a safetensors file, and back.

#include <torch/types.h>

#include <string_view>
#include <vector>

#include "contracts/train_state.hpp"
#include "formats/safetensors.hpp"

namespace myxtts::checkpoint {

// A file to be written. Contiguous tensors on the CPU are written without a copy; others are copied first.
class TensorFile {
 public:
  // Throws: CheckpointError for a dtype that safetensors files do not have, or a name that occurs twice.
  explicit TensorFile(const contracts::NamedTensors& tensors);
  TensorFile(const TensorFile&) = delete;
  TensorFile& operator=(const TensorFile&) = delete;

  // The bytes to write, in order; valid while this object lives and no tensor changes.
  [[nodiscard]] const std::vector<std::string_view>& parts() const { return parts_; }

 private:
  std::vector<torch::Tensor> tensors_;  // keep the bytes alive
  formats::SafetensorsImage image_;
  std::vector<std::string_view> parts_;
};

// Copies the tensors of a file out of its bytes, sorted by name. `where` names the file in messages.
// Throws: CheckpointError if the file is damaged.
[[nodiscard]] contracts::NamedTensors read_tensors(std::string_view bytes, std::string_view where);

}  // namespace myxtts::checkpoint

#include "contracts/batch.hpp"

#include <stdexcept>
#include <string>

namespace myxtts::contracts {
namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("a batch breaks its contract: " + what);
}

void require_tensor(const torch::Tensor& tensor, torch::Dtype dtype, std::vector<std::int64_t> shape,
                    const std::string& name) {
  require(tensor.defined() && tensor.scalar_type() == dtype, name + " has another dtype");
  require(tensor.sizes() == torch::IntArrayRef(shape), name + " has another shape");
}

void validate_offsets(const std::vector<std::int64_t>& offsets, std::int64_t rows, std::int64_t end,
                      const std::string& name) {
  require(rows > 0 && static_cast<std::int64_t>(offsets.size()) == rows + 1, name + " counts other rows");
  require(offsets.front() == 0 && offsets.back() == end, name + " does not cover the packed axis");
  for (std::size_t i = 1; i < offsets.size(); ++i) require(offsets[i] > offsets[i - 1], name + " has an empty row");
}

// Its length, of a tensor with one axis.
std::int64_t length_of(const torch::Tensor& tensor, const std::string& name) {
  require(tensor.defined() && tensor.dim() == 1, name + " has not one axis");
  return tensor.size(0);
}

void validate_payload(const CodecBatch& batch) {
  require(batch.mels.defined() && batch.mels.dim() == 3, "mels is not [R, M, T]");
  require(batch.mels.size(2) % kFramesPerCode == 0, "mels end within a code");
  require_tensor(batch.mels, torch::kFloat32, {batch.mels.size(0), batch.mels.size(1), batch.mels.size(2)}, "mels");
  require_tensor(batch.frame_weights, torch::kFloat32, {batch.mels.size(0), batch.mels.size(2)}, "frame_weights");
}

void validate_payload(const VoiceBatch& batch) {
  const std::int64_t rows = length_of(batch.row_offsets, "row_offsets") - 1;
  const std::int64_t text = length_of(batch.text_ids, "text_ids");
  const std::int64_t audio = length_of(batch.audio_ids, "audio_ids");
  const std::int64_t packed = rows * kLatents + text + audio;
  require_tensor(batch.text_ids, torch::kInt64, {text}, "text_ids");
  require_tensor(batch.text_positions, torch::kInt64, {text}, "text_positions");
  require_tensor(batch.audio_ids, torch::kInt64, {audio}, "audio_ids");
  require_tensor(batch.audio_positions, torch::kInt64, {audio}, "audio_positions");
  require_tensor(batch.order, torch::kInt64, {packed}, "order");
  require_tensor(batch.text_rows, torch::kInt64, {batch.text_target_count}, "text_rows");
  require_tensor(batch.text_targets, torch::kInt64, {batch.text_target_count}, "text_targets");
  require_tensor(batch.text_weights, torch::kFloat32, {batch.text_target_count}, "text_weights");
  require_tensor(batch.audio_rows, torch::kInt64, {batch.audio_target_count}, "audio_rows");
  require_tensor(batch.audio_targets, torch::kInt64, {batch.audio_target_count}, "audio_targets");
  require_tensor(batch.audio_weights, torch::kFloat32, {batch.audio_target_count}, "audio_weights");
  require(batch.prompt_mels.defined() && batch.prompt_mels.dim() == 2, "prompt_mels is not [T, M]");
  require(batch.prompt_mels.scalar_type() == torch::kFloat32, "prompt_mels has another dtype");
  validate_offsets(batch.host_row_offsets, rows, packed, "row_offsets");
  validate_offsets(batch.host_prompt_offsets, rows, batch.prompt_mels.size(0), "prompt_offsets");
  require_tensor(batch.row_offsets, torch::kInt32, {rows + 1}, "row_offsets");
  require_tensor(batch.prompt_offsets, torch::kInt32, {rows + 1}, "prompt_offsets");
}

}  // namespace

std::int64_t bytes_of(const Batch& batch) {
  Batch handles = batch;  // shares the tensors
  std::int64_t bytes = 0;
  for_each_tensor(handles, [&](const torch::Tensor& tensor) {
    if (tensor.defined()) bytes += static_cast<std::int64_t>(tensor.nbytes());
  });
  return bytes;
}

void validate(const Batch& batch) {
  require(batch.header.micro_step < batch.header.micro_steps, "micro_step is past its step");
  std::visit([](const auto& payload) { validate_payload(payload); }, batch.payload);
}

}  // namespace myxtts::contracts

#include "contracts/batch.hpp"

#include <stdexcept>
#include <string>

#include "architecture/voice_row.hpp"
#include "contracts/padded_size.hpp"

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

void validate_offsets(const RowOffsets& offsets, std::int64_t rows, std::int64_t end, const std::string& name) {
  require(rows > 0 && static_cast<std::int64_t>(offsets.size()) == rows + 1, name + " counts other rows");
  require(offsets.front() == 0 && offsets.back() == end, name + " does not cover the packed axis");
  for (std::size_t i = 1; i < offsets.size(); ++i) require(offsets[i] > offsets[i - 1], name + " has an empty row");
}

// The length of a tensor that must have one axis.
std::int64_t length_of(const torch::Tensor& tensor, const std::string& name) {
  require(tensor.defined() && tensor.dim() == 1, name + " has not one axis");
  return tensor.size(0);
}

void validate_payload(const CodecBatch& batch) {
  require(batch.mels.defined() && batch.mels.dim() == 3, "mels is not [R, M, T]");
  require(batch.mels.size(2) % architecture::kFramesPerCode == 0, "mels end within a code");
  require_tensor(batch.mels, torch::kFloat32, {batch.mels.size(0), batch.mels.size(1), batch.mels.size(2)}, "mels");
  require_tensor(batch.frame_weights, torch::kFloat32, {batch.mels.size(0), batch.mels.size(2)}, "frame_weights");
}

void validate_targets(const torch::Tensor& rows, const torch::Tensor& targets, const torch::Tensor& weights,
                      const std::string& name) {
  const std::int64_t count = length_of(targets, name + "_targets");
  require_tensor(rows, torch::kInt64, {count}, name + "_rows");
  require_tensor(targets, torch::kInt64, {count}, name + "_targets");
  require_tensor(weights, torch::kFloat32, {count}, name + "_weights");
}

// An axis of `size` that holds `used` may end in the padding of padded_size().
void require_padded(std::int64_t size, std::int64_t used, const std::string& name) {
  require(size == used || size == padded_size(used), name + " has another size than its rows, with or without padding");
}

void validate_target_offsets(const RowOffsets& offsets, std::int64_t rows, const torch::Tensor& targets,
                             const std::string& name) {
  require(!offsets.empty(), name + " is empty");
  require_padded(targets.size(0), offsets.back(), name);
  validate_offsets(offsets, rows, offsets.back(), name);
}

void validate_rows(const PackedRows& rows) {
  const std::int64_t count = static_cast<std::int64_t>(rows.row_offsets.size()) - 1;
  const std::int64_t text = length_of(rows.text_ids, "text_ids");
  const std::int64_t audio = length_of(rows.audio_ids, "audio_ids");
  const std::int64_t packed = count * architecture::kLatents + text + audio;
  require_tensor(rows.text_ids, torch::kInt64, {text}, "text_ids");
  require_tensor(rows.text_positions, torch::kInt64, {text}, "text_positions");
  require_tensor(rows.audio_ids, torch::kInt64, {audio}, "audio_ids");
  require_tensor(rows.audio_positions, torch::kInt64, {audio}, "audio_positions");
  validate_offsets(rows.row_offsets, count, packed, "row_offsets");
  require_padded(length_of(rows.order, "order"), packed, "order");
  require_tensor(rows.order, torch::kInt64, {rows.order.size(0)}, "order");
  const RowOffsets token_offsets = rows_with_padding(rows.row_offsets, rows.order.size(0));
  require_tensor(rows.token_offsets, torch::kInt32, {static_cast<std::int64_t>(token_offsets.size())}, "token_offsets");
  validate_targets(rows.text_rows, rows.text_targets, rows.text_weights, "text");
  validate_targets(rows.audio_rows, rows.audio_targets, rows.audio_weights, "audio");
  validate_target_offsets(rows.text_target_offsets, count, rows.text_targets, "text_target_offsets");
  validate_target_offsets(rows.audio_target_offsets, count, rows.audio_targets, "audio_target_offsets");
  require(rows.prompt_mels.defined() && rows.prompt_mels.dim() == 2, "prompt_mels is not [T, M]");
  require(rows.prompt_mels.scalar_type() == torch::kFloat32, "prompt_mels has another dtype");
  validate_offsets(rows.prompt_offsets, count, rows.prompt_mels.size(0), "prompt_offsets");
}

void validate_payload(const VoiceBatch& batch) {
  require(!batch.groups.empty(), "it has no groups of rows");
  for (const PackedRows& group : batch.groups) validate_rows(group);
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

#include "run/checkpoint_writer.hpp"

#include <chrono>
#include <utility>

namespace myxtts::run {

CheckpointWriter::CheckpointWriter(RunFiles& files, device::DeviceRuntime& runtime, Mode mode, std::int64_t keep)
    : files_(files), runtime_(runtime), mode_(mode), keep_(keep) {}

void CheckpointWriter::save(contracts::TrainState rest, const contracts::Learner& learner, bool is_best) {
  finish();
  contracts::TrainState state;
  learner.save(state);
  if (mode_ == Mode::kBackground) {
    const device::RoleScope no_role(device::Role::kNone);  // the copies are in no role's memory
    std::size_t index = 0;
    for (auto& [stem, tensors] : state.weights) copy_to_host(tensors, index);
    copy_to_host(state.optimizer, index);
  }
  for (auto& [stem, tensors] : state.weights) rest.weights[stem] = std::move(tensors);
  rest.optimizer = std::move(state.optimizer);
  if (mode_ == Mode::kAtOnce) return files_.save(rest, is_best, keep_);
  written_ = std::async(std::launch::async,
                        [this, whole = std::move(rest), is_best, copied = runtime_.record(device::Stream::kModel)] {
                          runtime_.wait_on_host(copied);
                          files_.save(whole, is_best, keep_);
                        });
}

void CheckpointWriter::copy_to_host(contracts::NamedTensors& tensors, std::size_t& index) {
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : tensors) {
    if (copies_.size() == index) copies_.emplace_back();
    torch::Tensor& copy = copies_[index++];
    if (!copy.defined() || copy.sizes() != tensor.sizes() || copy.scalar_type() != tensor.scalar_type()) {
      copy = torch::empty(tensor.sizes(),
                          torch::dtype(tensor.scalar_type()).device(torch::kCPU).pinned_memory(tensor.is_cuda()));
    }
    tensor = copy.copy_(tensor, /*non_blocking=*/true);
  }
}

void CheckpointWriter::require_success() {
  using std::chrono_literals::operator""s;
  if (written_.valid() && written_.wait_for(0s) == std::future_status::ready) written_.get();
}

void CheckpointWriter::finish() {
  if (written_.valid()) written_.get();
}

}  // namespace myxtts::run

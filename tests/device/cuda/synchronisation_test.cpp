#include "gpu_test.hpp"

namespace myxtts::device {
namespace {

// While it lives, libtorch throws where it would make the host wait for the GPU.
class NoWaiting {
 public:
  NoWaiting() { c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_ERROR); }
  ~NoWaiting() { c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_DISABLED); }
};

// The parts that a train step is made of: a loss, a gradient, a clipped and fused update, a loss kept on the GPU.
class SmallStep {
 public:
  void run() {
    const torch::Tensor hidden = torch::layer_norm(torch::embedding(table_, tokens_), {kWidth});
    const torch::Tensor loss = torch::cross_entropy_loss(torch::linear(hidden, weight_), tokens_);
    loss.backward();
    std::vector<torch::Tensor> parameters = {table_, weight_};
    std::vector<torch::Tensor> gradients = {table_.grad(), weight_.grad()};
    const torch::NoGradGuard no_grad;
    const torch::Tensor norm = torch::stack(at::_foreach_norm(gradients)).norm();
    at::_foreach_mul_(gradients, (1.0 / (norm + 1e-6)).clamp_max(1.0));
    at::_foreach_add_(steps_, 1);
    at::_fused_adamw_(parameters, gradients, means_, squares_, {}, steps_, 1e-3, 0.9, 0.99, 0.01, 1e-8, false, false);
    losses_.add_(loss);
    for (torch::Tensor& parameter : parameters) parameter.mutable_grad().zero_();
  }
  torch::Tensor losses() const { return losses_; }

 private:
  static constexpr std::int64_t kWidth = 64;
  static torch::Tensor zeros(torch::IntArrayRef sizes) { return torch::zeros(sizes, torch::kCUDA); }

  torch::Tensor table_ = torch::randn({100, kWidth}, torch::device(torch::kCUDA).requires_grad(true));
  torch::Tensor weight_ = torch::randn({100, kWidth}, torch::device(torch::kCUDA).requires_grad(true));
  torch::Tensor tokens_ = torch::randint(100, {32}, torch::dtype(torch::kInt64).device(torch::kCUDA));
  std::vector<torch::Tensor> means_ = {zeros({100, kWidth}), zeros({100, kWidth})};
  std::vector<torch::Tensor> squares_ = {zeros({100, kWidth}), zeros({100, kWidth})};
  std::vector<torch::Tensor> steps_ = {zeros({}), zeros({})};
  torch::Tensor losses_ = zeros({});
};

class GpuSynchronisation : public GpuTest {};

TEST_F(GpuSynchronisation, ATrainStepAndItsTransferNeverMakeTheHostWait) {
  const auto session = runtime_->enter(Role::kModel);
  const torch::Tensor buffer = runtime_->allocate_transfer_buffer(kMegabyte);
  const torch::Tensor source = bytes_on_gpu(kMegabyte);
  SmallStep step;
  step.run();  // libraries start
  const NoWaiting no_waiting;
  for (int i = 0; i < 20; ++i) {
    runtime_->wait_on_device(runtime_->record(Stream::kModel), Stream::kTransfer);
    runtime_->copy_async(buffer, source, Stream::kTransfer);
    runtime_->wait_on_device(runtime_->record_timed(Stream::kTransfer), Stream::kModel);
    ASSERT_NO_THROW(step.run()) << "step " << i;
  }
}

TEST_F(GpuSynchronisation, TheFirstWaitIsSeen) {
  const auto session = runtime_->enter(Role::kModel);
  SmallStep step;
  step.run();
  const NoWaiting no_waiting;
  EXPECT_THROW((void)step.losses().item<float>(), c10::Error);
}

}  // namespace
}  // namespace myxtts::device

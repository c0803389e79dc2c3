#include "gpu_test.hpp"
#include "machine_check/smallest_stage.hpp"

namespace myxtts::device {
namespace {

// The frozen codec of the voice stage's data role, which the model role has made.
std::vector<torch::Tensor> frozen_weights(DeviceRuntime& runtime) {
  const auto session = runtime.enter(Role::kModel);
  const machine_check::SmallestStage stage(runtime);
  const stages::StageData data = stage.new_data();
  std::vector<torch::Tensor> weights;
  for (const torch::Tensor& tensor : data.training->kept_tensors()) {
    if (tensor.dim() > 1) weights.push_back(tensor.cpu());
  }
  return weights;
}

// Also where peer copies change bytes (SIMULATED_CUDA_CORRUPT_PEER_COPY=-1): the probe of the route tells only the
// transfers so, and libtorch would go on copying from GPU to GPU.
TEST(GpuState, FrozenWeightsReachTheOtherGpuUnchanged) {
  if (c10::cuda::device_count() < 2) GTEST_SKIP() << "fewer than two GPUs";
  RuntimeOptions two;
  two.data_device = torch::Device(torch::kCUDA, 0);
  two.model_device = torch::Device(torch::kCUDA, 1);
  const std::vector<torch::Tensor> expected = frozen_weights(*make_cpu_runtime({}));
  const std::vector<torch::Tensor> weights = frozen_weights(*make_cuda_runtime(two));
  ASSERT_EQ(weights.size(), expected.size());
  for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_TRUE(torch::equal(weights[i], expected[i])) << i;
}

}  // namespace
}  // namespace myxtts::device

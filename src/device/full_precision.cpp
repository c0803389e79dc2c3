#include "device/full_precision.hpp"

namespace myxtts::device {

torch::Tensor convolution1d(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                            std::int64_t stride, std::int64_t padding) {
  const at::Context& context = at::globalContext();
  if (!at::NoTF32Guard::should_disable_tf32() || !context.allowTF32CuDNN()) {
    return torch::conv1d(x, weight, bias, stride, padding);
  }
  return at::_convolution(x, weight, bias, {stride}, {padding}, /*dilation=*/{1}, /*transposed=*/false,
                          /*output_padding=*/{0}, /*groups=*/1, context.benchmarkCuDNN(), context.deterministicCuDNN(),
                          context.userEnabledCuDNN(), /*allow_tf32=*/false);
}

}  // namespace myxtts::device

#include "simulated_cuda/runtime/errors.hpp"

#include <cuda_runtime_api.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "simulated_cuda/runtime/settings.hpp"

namespace myxtts::simulated_cuda {
namespace {

thread_local cudaError_t last_error = cudaSuccess;
std::atomic<cudaError_t> context_error{cudaSuccess};
std::atomic<std::int64_t> calls{0};

struct Text {
  cudaError_t error;
  const char* name;
  const char* text;
};

constexpr Text kTexts[] = {
    {cudaSuccess, "cudaSuccess", "no error"},
    {cudaErrorInvalidValue, "cudaErrorInvalidValue", "invalid argument"},
    {cudaErrorMemoryAllocation, "cudaErrorMemoryAllocation", "out of memory"},
    {cudaErrorInsufficientDriver, "cudaErrorInsufficientDriver",
     "CUDA driver version is insufficient for CUDA runtime version"},
    {cudaErrorNoDevice, "cudaErrorNoDevice", "no CUDA-capable device is detected"},
    {cudaErrorInvalidDevice, "cudaErrorInvalidDevice", "invalid device ordinal"},
    {cudaErrorInvalidResourceHandle, "cudaErrorInvalidResourceHandle", "invalid resource handle"},
    {cudaErrorNotReady, "cudaErrorNotReady", "device not ready"},
    {cudaErrorAssert, "cudaErrorAssert", "device-side assert triggered"},
    {cudaErrorLaunchFailure, "cudaErrorLaunchFailure", "unspecified launch failure"},
};

const Text& text_of(cudaError_t error) {
  static constexpr Text kOther = {cudaErrorUnknown, "cudaErrorUnknown", "unknown error"};
  for (const Text& text : kTexts) {
    if (text.error == error) return text;
  }
  return kOther;
}

}  // namespace

cudaError_t failed(cudaError_t error) {
  last_error = error;
  return error;
}

cudaError_t succeeded() {
  const std::int64_t limit = settings().error_after_calls;
  if (limit > 0 && ++calls > limit) break_context(cudaErrorLaunchFailure);
  const cudaError_t error = context_error;
  return error == cudaSuccess ? cudaSuccess : failed(error);
}

void break_context(cudaError_t error) { context_error = error; }
bool context_is_broken() { return context_error != cudaSuccess; }

void end_program(const std::string& message) {
  std::fprintf(stderr, "simulated CUDA: %s\n", message.c_str());
  std::abort();
}

}  // namespace myxtts::simulated_cuda

using myxtts::simulated_cuda::last_error;
using myxtts::simulated_cuda::text_of;

cudaError_t cudaGetLastError() { return std::exchange(last_error, cudaSuccess); }
cudaError_t cudaPeekAtLastError() { return last_error; }
const char* cudaGetErrorName(cudaError_t error) { return text_of(error).name; }
const char* cudaGetErrorString(cudaError_t error) { return text_of(error).text; }

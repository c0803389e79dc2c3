// Kernels: none can run. A launch ends the program with the kernel's name, but for that of at::cuda::sleep, which is
// emulated. What operators of libtorch would launch, the emulator computes instead.

#include <cuda_runtime_api.h>
#include <cxxabi.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "simulated_cuda/runtime/errors.hpp"
#include "simulated_cuda/runtime/settings.hpp"
#include "simulated_cuda/runtime/streams.hpp"

using namespace myxtts::simulated_cuda;

namespace {

struct Configuration {
  dim3 grid, block;
  std::size_t shared_bytes = 0;
  void* stream = nullptr;
};

thread_local Configuration configuration;  // of the launch that the compiler's code prepares

// Mangled names by the address of the host's function; filled before main().
std::unordered_map<const void*, std::string>& kernels() {
  static auto& all = *new std::unordered_map<const void*, std::string>;
  return all;
}

std::string readable(const std::string& mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status),
                                                    std::free);
  return name == nullptr ? mangled : name.get();
}

// Cycles are nanoseconds, see the clock rate in devices.cpp.
cudaError_t sleep(std::int64_t cycles, cudaStream_t stream) {
  const std::chrono::nanoseconds time(cycles / settings().sleep_divisor);
  put(stream_of(stream), "at::cuda::sleep", {}, [time] { std::this_thread::sleep_for(time); });
  return succeeded();
}

cudaError_t launch(const void* kernel, void** arguments, cudaStream_t stream) {
  const auto found = kernels().find(kernel);
  if (found == kernels().end()) end_program("a kernel was launched that was never registered");
  if (found->second.find("spin_kernel") != std::string::npos) {
    return sleep(*static_cast<const std::int64_t*>(arguments[0]), stream);
  }
  end_program("a kernel was launched, which no simulated GPU can run: " + readable(found->second));
}

}  // namespace

// What nvcc's code calls at start-up and around a launch.
extern "C" {
void** __cudaRegisterFatBinary(void*) {
  static void* handle = nullptr;
  return &handle;
}
void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void**) {}
void __cudaRegisterFunction(void**, const char* host_function, char*, const char* name, int, uint3*, uint3*, dim3*,
                            dim3*, int*) {
  kernels()[host_function] = name;
}
void __cudaRegisterVar(void**, char*, char*, const char*, int, std::size_t, int, int) {}
char __cudaInitModule(void**) { return 0; }
unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, std::size_t shared_bytes, void* stream) {
  configuration = {grid, block, shared_bytes, stream};
  return 0;
}
cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block, std::size_t* shared_bytes, void* stream) {
  *grid = configuration.grid;
  *block = configuration.block;
  *shared_bytes = configuration.shared_bytes;
  *static_cast<void**>(stream) = configuration.stream;
  return cudaSuccess;
}
cudaError_t __cudaGetKernel(cudaKernel_t* kernel, const void* function) {
  *kernel = static_cast<cudaKernel_t>(const_cast<void*>(function));
  return cudaSuccess;
}
cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3, dim3, void** arguments, std::size_t, cudaStream_t stream) {
  return launch(kernel, arguments, stream);
}
}

cudaError_t cudaLaunchKernel(const void* kernel, dim3, dim3, void** arguments, std::size_t, cudaStream_t stream) {
  return launch(kernel, arguments, stream);
}

cudaError_t cudaLaunchCooperativeKernel(const void* kernel, dim3, dim3, void** arguments, std::size_t,
                                        cudaStream_t stream) {
  return launch(kernel, arguments, stream);
}

cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t* how, const void* kernel, void** arguments) {
  return launch(kernel, arguments, how->stream);
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void*, int, std::size_t) {
  *blocks = 1;
  return succeeded();
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, const void*, int, std::size_t,
                                                                   unsigned) {
  *blocks = 1;
  return succeeded();
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  *attributes = {};
  attributes->maxThreadsPerBlock = 1024;
  return succeeded();
}

cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute, int) { return succeeded(); }

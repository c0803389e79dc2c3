// The simulated runtime as a program sees it. Run by run.sh, on two GPUs.

#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace myxtts::simulated_cuda {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBytes = std::size_t{1} << 20;

class SimulatedRuntime : public testing::Test {
 protected:
  void SetUp() override {
    int count = 0;
    ASSERT_EQ(cudaGetDeviceCount(&count), cudaSuccess);
    ASSERT_EQ(count, 2);
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    ASSERT_EQ(cudaMalloc(&memory_, kBytes), cudaSuccess);
    ASSERT_EQ(cudaStreamCreateWithPriority(&stream_, cudaStreamNonBlocking, 0), cudaSuccess);
  }
  void TearDown() override {
    EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    EXPECT_EQ(cudaStreamDestroy(stream_), cudaSuccess);
    EXPECT_EQ(cudaFree(memory_), cudaSuccess);
  }

  // Work that ends when the test opens the gate.
  static void wait_for_gate(void* gate) { static_cast<std::atomic<bool>*>(gate)->wait(false); }
  void open() {
    gate_ = true;
    gate_.notify_all();
  }

  std::atomic<bool> gate_ = false;
  void* memory_ = nullptr;
  cudaStream_t stream_ = nullptr;
};

TEST_F(SimulatedRuntime, WorkRunsAfterTheCallReturnsAndInOrder) {
  std::vector<char> values(kBytes);
  ASSERT_EQ(cudaLaunchHostFunc(stream_, wait_for_gate, &gate_), cudaSuccess);
  ASSERT_EQ(cudaMemsetAsync(memory_, 7, kBytes, stream_), cudaSuccess);
  EXPECT_EQ(cudaStreamQuery(stream_), cudaErrorNotReady);
  EXPECT_EQ(cudaGetLastError(), cudaErrorNotReady);
  open();
  ASSERT_EQ(cudaMemcpyAsync(values.data(), memory_, kBytes, cudaMemcpyDeviceToHost, stream_), cudaSuccess);
  EXPECT_THAT(values, testing::Each(7));  // not page-locked: the call waited
}

TEST_F(SimulatedRuntime, EventsTellWhenTheyPassed) {
  cudaEvent_t begin = nullptr, end = nullptr;
  ASSERT_EQ(cudaEventCreate(&begin), cudaSuccess);
  ASSERT_EQ(cudaEventCreate(&end), cudaSuccess);
  ASSERT_EQ(cudaEventRecord(begin, stream_), cudaSuccess);
  ASSERT_EQ(cudaLaunchHostFunc(stream_, wait_for_gate, &gate_), cudaSuccess);
  ASSERT_EQ(cudaEventRecord(end, stream_), cudaSuccess);
  EXPECT_EQ(cudaEventQuery(end), cudaErrorNotReady);
  EXPECT_EQ(cudaEventSynchronize(begin), cudaSuccess);
  std::this_thread::sleep_for(5ms);
  open();
  EXPECT_EQ(cudaEventSynchronize(end), cudaSuccess);
  float milliseconds = 0;
  EXPECT_EQ(cudaEventElapsedTime(&milliseconds, begin, end), cudaSuccess);
  EXPECT_GE(milliseconds, 5);
  EXPECT_EQ(cudaEventDestroy(begin), cudaSuccess);
  EXPECT_EQ(cudaEventDestroy(end), cudaSuccess);
}

TEST_F(SimulatedRuntime, AGpuHasSoMuchMemoryAsTheDriverSays) {
  std::size_t free = 0, total = 0;
  ASSERT_EQ(cudaMemGetInfo(&free, &total), cudaSuccess);
  EXPECT_EQ(total, std::size_t{16384} << 20);
  EXPECT_EQ(total - free, std::size_t{2} << 20);  // a page
  void* too_much = &free;
  EXPECT_EQ(cudaMalloc(&too_much, free + 1), cudaErrorMemoryAllocation);
  EXPECT_EQ(too_much, nullptr);
}

struct NvmlProcess {
  unsigned int pid;
  unsigned long long used_bytes;
  unsigned int gpu_instance, compute_instance;
};

TEST_F(SimulatedRuntime, NvmlSaysWhatThisProcessUsesOfEachGpu) {
  void* const nvml = ::dlopen("libnvidia-ml.so.1", RTLD_NOW);
  ASSERT_NE(nvml, nullptr) << ::dlerror();
  const auto init = reinterpret_cast<int (*)()>(::dlsym(nvml, "nvmlInit_v2"));
  const auto handle = reinterpret_cast<int (*)(unsigned, void**)>(::dlsym(nvml, "nvmlDeviceGetHandleByIndex_v2"));
  const auto processes = reinterpret_cast<int (*)(void*, unsigned*, NvmlProcess*)>(
      ::dlsym(nvml, "nvmlDeviceGetComputeRunningProcesses_v3"));
  ASSERT_EQ(init(), 0);
  std::array<NvmlProcess, 4> found{};
  for (const unsigned gpu : {0U, 1U}) {
    void* device = nullptr;
    auto count = static_cast<unsigned>(found.size());
    ASSERT_EQ(handle(gpu, &device), 0);
    ASSERT_EQ(processes(device, &count, found.data()), 0);
    ASSERT_EQ(count, gpu);  // of the first GPU it uses nothing
  }
  EXPECT_EQ(found[0].pid, static_cast<unsigned>(::getpid()));
  EXPECT_EQ(found[0].used_bytes, 2ULL << 20);
}

using SimulatedRuntimeDeathTest = SimulatedRuntime;

TEST_F(SimulatedRuntimeDeathTest, TheHostCannotTouchDeviceMemory) {
  EXPECT_DEATH(*static_cast<volatile char*>(memory_) = 1, "the host touched the memory of GPU 1");
}

// Host memory that streams copy from and to, of two pages.
class PinnedMemoryDeathTest : public SimulatedRuntime {
 protected:
  static constexpr std::size_t kPinnedBytes = 8192, kCopied = 5000;

  void SetUp() override {
    SimulatedRuntime::SetUp();
    void* memory = nullptr;
    ASSERT_EQ(cudaHostAlloc(&memory, kPinnedBytes, cudaHostAllocDefault), cudaSuccess);
    pinned_ = static_cast<volatile char*>(memory);
  }
  void TearDown() override {
    EXPECT_EQ(cudaFreeHost(const_cast<char*>(pinned_)), cudaSuccess);
    SimulatedRuntime::TearDown();
  }
  void receive() {
    ASSERT_EQ(cudaMemsetAsync(memory_, 7, kBytes, stream_), cudaSuccess);
    ASSERT_EQ(cudaMemcpyAsync(const_cast<char*>(pinned_), memory_, kCopied, cudaMemcpyDeviceToHost, stream_),
              cudaSuccess);
  }
  void send() {
    ASSERT_EQ(cudaMemcpyAsync(memory_, const_cast<char*>(pinned_), kCopied, cudaMemcpyHostToDevice, stream_),
              cudaSuccess);
  }

  const testing::ExitedWithCode with_race_ = testing::ExitedWithCode(70);
  volatile char* pinned_ = nullptr;
};

TEST_F(PinnedMemoryDeathTest, TheHostCannotReadWhatAStreamIsStillToWrite) {
  receive();
  EXPECT_EXIT((void)pinned_[kCopied - 1], with_race_,
              "the host reads pinned memory at .* that 'cudaMemcpyAsync' \\(GPU 1, stream .* is still to write");
}

TEST_F(PinnedMemoryDeathTest, TheHostCannotWriteWhatAStreamIsStillToReadButReadIt) {
  pinned_[0] = 3;
  send();
  EXPECT_EQ(pinned_[0], 3);
  EXPECT_EXIT(pinned_[0] = 4, with_race_, "the host writes to pinned memory at .* is still to read");
}

TEST_F(PinnedMemoryDeathTest, WorkThatHappensToBeDoneIsNoWait) {
  receive();
  std::this_thread::sleep_for(20ms);
  EXPECT_EXIT((void)pinned_[0], with_race_, "the host reads pinned memory");
}

TEST_F(PinnedMemoryDeathTest, AfterAWaitTheHostReadsAndWrites) {
  receive();
  ASSERT_EQ(cudaStreamSynchronize(stream_), cudaSuccess);
  EXPECT_EQ(pinned_[0], 7);
  EXPECT_EQ(pinned_[kCopied - 1], 7);
  pinned_[0] = 1;
}

TEST_F(PinnedMemoryDeathTest, AWaitForAnEarlierMomentIsNotEnough) {
  cudaEvent_t event = nullptr;
  ASSERT_EQ(cudaEventCreate(&event), cudaSuccess);
  ASSERT_EQ(cudaEventRecord(event, stream_), cudaSuccess);
  receive();
  ASSERT_EQ(cudaEventSynchronize(event), cudaSuccess);
  EXPECT_EXIT((void)pinned_[0], with_race_, "the host reads pinned memory");
  ASSERT_EQ(cudaEventRecord(event, stream_), cudaSuccess);
  ASSERT_EQ(cudaEventSynchronize(event), cudaSuccess);
  EXPECT_EQ(pinned_[0], 7);
  EXPECT_EQ(cudaEventDestroy(event), cudaSuccess);
}

TEST_F(PinnedMemoryDeathTest, OtherBytesOfThePageAreFree) {
  receive();
  pinned_[kCopied] = 1;
  EXPECT_EQ(pinned_[kCopied], 1);
}

TEST_F(SimulatedRuntimeDeathTest, AKernelEndsTheProgram) {
  EXPECT_DEATH((void)cudaLaunchKernel(memory_, dim3(), dim3(), nullptr, 0, stream_), "a kernel was launched");
}

TEST_F(SimulatedRuntimeDeathTest, ALibrarysFunctionEndsTheProgramWithItsName) {
  void* const library = ::dlopen("libcublas.so.13", RTLD_NOW);
  ASSERT_NE(library, nullptr) << ::dlerror();
  const auto create = reinterpret_cast<void (*)()>(::dlsym(library, "cublasCreate_v2"));
  ASSERT_NE(create, nullptr);
  EXPECT_DEATH(create(), "cublasCreate_v2 of libcublas.so.13 was called, which is not simulated");
}

TEST_F(SimulatedRuntimeDeathTest, AFunctionThatTheRuntimeLacksEndsTheProgramWithItsName) {
  EXPECT_DEATH((void)cudaGraphLaunch(nullptr, stream_), "cudaGraphLaunch of libcudart.so.13 was called");
}

}  // namespace
}  // namespace myxtts::simulated_cuda

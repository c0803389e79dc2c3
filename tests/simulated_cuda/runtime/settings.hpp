#pragma once
// Everything about the simulation that the environment decides. The GPUs themselves come from the fake driver
// (tests/fake_driver) and CUDA_VISIBLE_DEVICES, as the real runtime's come from the real driver.

#include <cstdint>
#include <string>

namespace myxtts::simulated_cuda {

struct Settings {
  bool finds_races = true;             // SIMULATED_CUDA_RACES
  std::uint64_t seed = 0;              // SIMULATED_CUDA_SEED: of random delays on the streams; 0: no delays
  int operator_threads = 1;            // SIMULATED_CUDA_THREADS: of a stream's thread, for its operators
  std::int64_t sleep_divisor = 1;      // SIMULATED_CUDA_SLEEP_DIVISOR: at::cuda::sleep takes this part of its time
  std::int64_t error_after_calls = 0;  // SIMULATED_CUDA_ERROR_AFTER: every later call fails; 0: none
  std::int64_t corrupt_peer_copy = 0;  // SIMULATED_CUDA_CORRUPT_PEER_COPY: the n-th changes a byte; 0: none, -1: all
  std::int64_t copy_delay_us = 0;      // SIMULATED_CUDA_COPY_DELAY_US: each copy takes this much longer
  // SIMULATED_CUDA_FORGET_WAITS=n and SIMULATED_CUDA_FORGET_WAIT=k: of each n calls of cudaStreamWaitEvent the k-th
  // does nothing. A test that does not fail then would not see a missing wait either.
  std::int64_t forget_waits = 0;
  std::int64_t forget_wait = 0;
  // SIMULATED_CUDA_FORGET_RECORDS=n and SIMULATED_CUDA_FORGET_RECORD=k: likewise cudaEventRecord, after which the event
  // is as it was before.
  std::int64_t forget_records = 0;
  std::int64_t forget_record = 0;
  std::string count_file;   // SIMULATED_CUDA_COUNT: see counts.hpp; empty: nothing is counted
  bool computes = true;     // SIMULATED_CUDA_COMPUTE: 0: most operators give zeros, at once
  bool says_items = false;  // SIMULATED_CUDA_SAY: each item on stderr as it is put on its stream
};

// Read once. Ends the program when a variable is not a number.
[[nodiscard]] const Settings& settings();

}  // namespace myxtts::simulated_cuda

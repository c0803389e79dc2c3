#pragma once
// What the program had its GPUs do, counted: SIMULATED_CUDA_COUNT=FILE has it written at the program's end, a line for
// each thing, the largest number first: NUMBER KERNELS BYTES WHERE WHAT, without a header line:
//   an operator   gpuN aten::...: how often it ran there (exact); the kernels that a real GPU would launch for it
//                 (modelled, see emulator/kernels.hpp); the bytes of the tensors that it reads and writes
//   a copy        gpuN copy-host-to-device, -device-to-host, -device-to-device, -peer, and fill (exact)
//   a host call   host cuda...: those that make the host wait, take memory, record events or have streams wait for
//                 them, and blocking-copy: to memory that is not page-locked (exact)
// An operator that makes the host wait for a value, as nonzero does, counts a cudaStreamSynchronize; so does libtorch's
// blocking copy.
// To count one step, subtract a run from one with more steps: launches_of_step.py does. Of several programs that run
// one after the other the last one's counts stay.

#include "simulated_cuda/simulation.hpp"

namespace myxtts::simulated_cuda {

constexpr int kHost = -1;

// Writes the file, if one is wanted and something was counted.
void write_counts();

}  // namespace myxtts::simulated_cuda

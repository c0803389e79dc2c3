#pragma once
// Sets the environment variables that CUDA, OpenMP and cuBLAS read at their start, for a device plan.

#include "config/settings.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::machine {

// Sets engine_environment() in this process, which is about to become the engine, and set_cuda_environment().
// Thread: as setenv(): no other thread may read the environment during the call.
void set_environment(const DevicePlan& plan, const config::RunSettings& run);

// Sets what does not depend on the GPUs: the cuBLAS workspace that gives the same bits in every run, if
// run.deterministic is set, and, unless the user has set them, variables that save memory and time on a GPU. For a
// program that uses MyXTTS as a library and chooses its GPUs itself. Thread: as above.
void set_cuda_environment(const config::RunSettings& run);

// The same for a program that uses MyXTTS as a library, in its own process. Call it once, before anything starts CUDA,
// preferably at the top of main.
// Throws: GpuConfigurationError on a second call, and if CUDA is already initialised, because CUDA reads the variables
// only once.
void set_up_process(const DevicePlan& plan, const config::RunSettings& run);

}  // namespace myxtts::machine

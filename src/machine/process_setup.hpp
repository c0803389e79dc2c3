#pragma once
// Sets the environment variables that CUDA, OpenMP and cuBLAS read at their start, for a device plan.

#include "config/settings.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::machine {

// Sets engine_environment() in this process, which is about to become the engine.
// Thread: as setenv(): no other thread may read the environment during the call.
void set_environment(const DevicePlan& plan, const config::RunSettings& run);

// Sets cuda_environment() in the process of a program that uses MyXTTS as a library and has chosen its GPUs itself.
// Without effect on what CUDA has read before. Thread: as above.
void set_cuda_environment(const config::RunSettings& run);

// The same for a program that uses MyXTTS as a library, in its own process. Call it once, before anything starts CUDA,
// preferably at the top of main.
// Throws: GpuConfigurationError on a second call, and if CUDA is already initialised, because CUDA reads the variables
// only once.
void set_up_process(const DevicePlan& plan, const config::RunSettings& run);

}  // namespace myxtts::machine

#pragma once
// What CUDA, OpenMP and cuBLAS read of the environment when they start, set for a plan.

#include "config/settings.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::machine {

// Sets engine_environment() in this process, which is about to become the engine.
// Thread: as setenv(), while no other thread reads the environment.
void set_environment(const DevicePlan& plan, const config::RunSettings& run);

// The same for a program that uses MyXTTS as a library, in its own process. To be called once, before anything starts
// CUDA, by preference at the top of main.
// Throws: GpuConfigurationError at a second call, and where CUDA is initialised already: CUDA reads the variables once.
void set_up_process(const DevicePlan& plan, const config::RunSettings& run);

}  // namespace myxtts::machine

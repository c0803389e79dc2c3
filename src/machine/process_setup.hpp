#pragma once
// For a program that uses MyXTTS as a library: its own process is set up for a plan. (The front sets up the engine's.)

#include "machine/device_plan.hpp"

namespace myxtts::machine {

// Sets this process's CUDA_DEVICE_ORDER and CUDA_VISIBLE_DEVICES to the plan's. To be called once, before anything
// starts CUDA, by preference at the top of main.
// Throws: GpuConfigurationError at a second call, and where CUDA is initialised already: CUDA reads the variables once.
// Thread: as setenv(), while no other thread reads the environment.
void set_up_process(const DevicePlan& plan);

}  // namespace myxtts::machine

#pragma once
// The engine's half of `validate`: what needs libtorch, on the real parts of the pipeline.

#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "machine/machine_report.hpp"
#include "requests/requests.hpp"

namespace myxtts::machine_check {

// Adds to `report` every check from the visible devices on: a model and its forward pass, a transfer whose bytes are
// compared, the pipeline over three batches, each tensor where it belongs, and with isolation the caps. A check that
// fails leaves out those that need it.
// Thread: the calling thread becomes the model role's.
void check_machine(machine::MachineReport& report, const machine::DevicePlan& plan, device::DeviceRuntime& runtime);

// Finishes the report that came with a request and prints it, as text or JSON, on stdout. Returns whether every check
// passed.
bool validate_machine(const requests::ValidateRequest& request);

}  // namespace myxtts::machine_check

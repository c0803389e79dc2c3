#pragma once
// The engine's half of `validate`: the checks that need libtorch, with the real parts of the pipeline.

#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "machine/machine_report.hpp"
#include "requests/requests.hpp"

namespace myxtts::machine_check {

// Adds every check from the visible devices on to `report`: a model and its forward pass, a transfer with its bytes
// compared, the pipeline over three batches, the placement of each tensor, and with isolation the caps. After a failed
// check, the checks that depend on it are skipped.
// Thread: the calling thread becomes the model role's.
void check_machine(machine::MachineReport& report, const machine::DevicePlan& plan, device::DeviceRuntime& runtime);

// Completes the report of a request and prints it, as text or JSON, on stdout. Returns whether every check passed.
bool validate_machine(const requests::ValidateRequest& request);

}  // namespace myxtts::machine_check

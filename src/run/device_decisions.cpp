#include "run/device_decisions.hpp"

#include <fmt/format.h>

#include "device/planned_devices.hpp"

namespace myxtts::run {

void decide_precision(config::RunSettings& run, const device::DeviceRuntime& runtime, core::Console& console) {
  const torch::Device device = runtime.device(device::Role::kModel);
  const bool is_open = run.precision == config::kAuto;
  run.precision = device::precision_on(device, run);
  device::set_arithmetic(run, device);
  if (!is_open || !device.is_cuda()) return;
  const bool has_bf16 = run.precision == "bf16";
  console.info(fmt::format("Precision: {} ({}).", run.precision,
                           has_bf16 ? "this GPU has it; --precision fp32 for full precision"
                                    : "this GPU has no bf16; --precision fp16 is faster"));
}

}  // namespace myxtts::run

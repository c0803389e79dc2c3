#include "run/device_decisions.hpp"

#include <fmt/format.h>

#include "device/planned_devices.hpp"
#include "machine/micro_batch.hpp"

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

void fit_micro_batch(config::Settings& settings, const stages::DataShape& data, const machine::DevicePlan& plan,
                     core::Console& console) {
  settings.batch = machine::fitted_batch(settings, data, plan);
  const machine::MemoryForecast forecast = machine::forecast_memory(settings, data, plan.mode);
  console.info(fmt::format(
      "Micro-batches: {} clips, {} in an optimiser step, by the memory there is (forecast: data role "
      "{}MB, model role {}MB); --batch-size and --grad-accum set others.",
      settings.batch.size, settings.batch.accumulation, forecast.data.megabytes(), forecast.model.megabytes()));
}

}  // namespace myxtts::run

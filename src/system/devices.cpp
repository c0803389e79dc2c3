#include "system/devices.hpp"

#include "device/cuda_driver.hpp"
#include "machine/planned_gpus.hpp"

namespace myxtts::system {

machine::DevicePlan device_plan_of(const config::EngineRequest& request) {
  return request.flag("device_plan") ? machine::plan_from_json(request.text("device_plan")) : machine::DevicePlan{};
}

std::unique_ptr<device::DeviceRuntime> runtime_of(const config::Settings& settings, const machine::DevicePlan& plan) {
  if (plan.uses_gpu()) machine::require_planned_gpus(plan, device::visible_gpu_uuids());
  device::RuntimeOptions options;
  options.data_device = torch::Device(plan.data_device());
  options.model_device = torch::Device(plan.model_device());
  options.data_threads = static_cast<int>(settings.run.data_threads);
  options.model_threads = static_cast<int>(settings.run.threads);
  options.data_cap_bytes = plan.data_cap_mb << 20;
  options.model_cap_bytes = plan.model_cap_mb << 20;
  return device::make_runtime(options);
}

device::Precision set_arithmetic(const config::RunSettings& run) {
  const device::Precision precision = device::precision_of(run.precision);
  device::set_arithmetic(precision, run.deterministic);
  return precision;
}

}  // namespace myxtts::system

#include "myxtts/trainer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "config/fields.hpp"
#include "config/resume_rules.hpp"
#include "core/console.hpp"
#include "device/cuda_driver.hpp"
#include "library/process_devices.hpp"
#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"
#include "machine/process_setup.hpp"
#include "machine/visible_devices.hpp"
#include "report/run_folder.hpp"
#include "requests/requests.hpp"
#include "run/training_run.hpp"
#include "stages/plan/stage_plan.hpp"

namespace myxtts {
namespace {

using device::Role;

struct DataFolders {
  std::string train;
  std::string validation;
  std::int64_t epochs = 0;
};

// A resumed run keeps the settings that it was started with; a new run takes the settings unchanged.
void check_against_run(config::Settings& settings, const report::RunFolder& run, core::Console& console) {
  if (!run.old_config) return;
  const std::string name = (run.folder / "config.toml").string();
  config::Settings old_settings = settings;
  old_settings.data.validation_share.reset();  // a configuration without this setting did not set it
  for (const std::string& line : config::load_kept_toml(old_settings, *run.old_config, name)) console.info(line);
  config::inherit_run_decisions(old_settings, settings);
  stages::inherit_steps(stages::all_plans(), old_settings, settings);
  config::check_resumed(old_settings, settings, name, console);
}

// The same request that `myxtts train` makes.
requests::TrainRequest request_for(config::Settings settings, const DataFolders& data, const std::string& output,
                                   bool resume, core::Console& console) {
  settings.data.train = {data.train};
  settings.data.validation = data.validation;
  settings.voice.epochs = data.epochs;
  config::validate(settings);
  const report::RunFolder run = report::choose_run_folder(output, settings.run.size, resume, false);
  check_against_run(settings, run, console);
  requests::TrainRequest request;
  request.settings = std::move(settings);
  request.output = run.folder;
  request.start = run.start;
  return request;
}

torch::Device device_named(const std::string& name) {
  try {
    const torch::Device device(name);
    return device.is_cuda() && !device.has_index() ? torch::Device(torch::kCUDA, 0) : device;
  } catch (const c10::Error&) {
    throw core::ConfigError({.what = "no name of a device",
                             .where = "data_device, model_device",
                             .value = name,
                             .expected = "cpu, cuda or cuda:N",
                             .advice = {}});
  }
}

// If this build cannot serve a GPU, making the runtime fails; it never falls back to the CPU.
bool has_visible_gpu() {
  return !machine::visible_gpus(machine::nvml_inventory()->gpus(), library::visible_devices()).empty();
}

device::RuntimeOptions runtime_options(const XTTSTrainerOptions& options) {
  const std::string automatic = has_visible_gpu() ? "cuda:0" : "cpu";
  const std::string& data = options.data_device.empty() ? options.model_device : options.data_device;
  const std::string& model = options.model_device.empty() ? options.data_device : options.model_device;
  device::RuntimeOptions result;
  result.data_device = device_named(data.empty() ? automatic : data);
  result.model_device = device_named(model.empty() ? automatic : model);
  result.data_threads = static_cast<int>(options.config.run.data_threads);
  result.model_threads = static_cast<int>(options.config.run.threads);
  return result;
}

// The GPU of a role as the driver knows it: by its UUID, because CUDA's order of GPUs may be another. No value if the
// driver does not know it.
std::optional<machine::PlannedGpu> gpu_of(Role role, const device::DeviceRuntime& runtime) {
  const auto index = static_cast<std::size_t>(runtime.device(role).index());
  const std::string uuid = device::visible_gpu_uuids().at(index);
  for (const machine::PlannedGpu& gpu :
       machine::visible_gpus(machine::nvml_inventory()->gpus(), library::visible_devices())) {
    if (gpu.uuid.ends_with(uuid)) return gpu;
  }
  return std::nullopt;
}

// The plan of the devices on which a trainer runs, for what a run prints and measures of them.
machine::DevicePlan plan_of(const device::DeviceRuntime& runtime) {
  machine::DevicePlan plan;
  if (!runtime.device(Role::kModel).is_cuda()) return plan;
  const auto data = gpu_of(Role::kData, runtime);
  const auto model = gpu_of(Role::kModel, runtime);
  if (!data || !model) return plan;
  plan.mode = data->uuid == model->uuid ? machine::DeviceMode::kSingleGpu : machine::DeviceMode::kDualGpu;
  plan.data_gpu = *data;
  plan.model_gpu = *model;
  return plan;
}

machine::DevicePlan cpu_plan(const GpuMemoryIsolationOptions& options) {
  machine::DevicePlan plan;
  plan.data_gpu.typed_index = plan.data_gpu.physical_index = options.data_gpu_id;
  plan.model_gpu.typed_index = plan.model_gpu.physical_index = options.model_gpu_id;
  plan.isolated = true;
  plan.data_cap_mb = options.data_gpu_memory_limit;
  plan.model_cap_mb = options.model_gpu_memory_limit;
  return plan;
}

// Whether an earlier trainer or setup_gpu_memory_isolation() has set up the process with these options.
bool is_set_up_for(const MemoryIsolatedDualGPUTrainerOptions& options) {
  const library::ProcessDevices* devices = library::process_devices();
  if (devices == nullptr) return false;
  const machine::DevicePlan& plan = devices->plan;
  return plan.uses_gpu() == (options.device != "cpu") && plan.data_gpu.typed_index == options.data_gpu_id &&
         plan.model_gpu.typed_index == options.model_gpu_id && plan.data_cap_mb == options.data_gpu_memory_limit &&
         plan.model_cap_mb == options.model_gpu_memory_limit;
}

// The number of threads cannot change once the process is set up.
void take_threads(config::RunSettings& run, const config::RunSettings& set_up) {
  const bool fits = (run.threads == 0 || run.threads == set_up.threads) && run.data_threads == set_up.data_threads;
  run.threads = set_up.threads;
  if (fits) return;
  throw core::ConfigError({.what = "the process was set up with other thread counts",
                           .where = "run.threads, run.data_threads",
                           .value = {},
                           .expected = fmt::format("{} and {}", set_up.threads, set_up.data_threads),
                           .advice = "Let the trainer set the process up, instead of setup_gpu_memory_isolation()."});
}

GpuMemoryInfo host_memory() {
  const std::int64_t page_bytes = ::sysconf(_SC_PAGESIZE);
  GpuMemoryInfo info;
  info.total_mb = ::sysconf(_SC_PHYS_PAGES) * page_bytes >> 20;
  info.free_mb = ::sysconf(_SC_AVPHYS_PAGES) * page_bytes >> 20;
  info.used_mb = info.total_mb - info.free_mb;
  info.utilization = 100 * static_cast<double>(info.used_mb) / static_cast<double>(info.total_mb);
  return info;
}

RoleMemoryStats stats_of(const library::ProcessDevices& devices, Role role) {
  RoleMemoryStats stats;
  stats.id = devices.gpu_of(role).typed_index;
  stats.device = devices.runtime->device(role).str();
  stats.limit_mb = role == Role::kData ? devices.plan.data_cap_mb : devices.plan.model_cap_mb;
  stats.info = devices.plan.uses_gpu() ? get_gpu_memory_info(stats.id) : host_memory();
  return stats;
}

}  // namespace

XTTSTrainer::XTTSTrainer(const XTTSTrainerOptions& options) : options_(options) {
  if (library::process_devices() != nullptr) {
    throw core::DeviceError({.what = "this process is set up for isolated memory, which a plain trainer would undo",
                             .where = "XTTSTrainer",
                             .value = {},
                             .expected = "a MemoryIsolatedDualGPUTrainer",
                             .advice = "Start another process for it."});
  }
  config::decide_threads(options_.config.run);
  machine::set_cuda_environment(options_.config.run);
  const device::RuntimeOptions devices = runtime_options(options_);
  if (devices.model_device.is_cuda()) device::require_recent_driver();
  runtime_ = device::make_runtime(devices);
}

XTTSTrainer::~XTTSTrainer() = default;

std::string XTTSTrainer::train(const std::string& train, const std::string& val, std::int64_t epochs) {
  core::Console console;
  const bool resume = !options_.resume_checkpoint.empty();
  const std::string& output = resume ? options_.resume_checkpoint : options_.output;
  config::Settings settings = options_.config;
  if (!options_.model.empty()) settings.run.init = options_.model;
  requests::TrainRequest request = request_for(settings, {train, val, epochs}, output, resume, console);
  request.device_plan = plan_of(*runtime_);
  run::run_training(request, *runtime_, console, {});
  return request.output.string();
}

MemoryIsolatedDualGPUTrainer::MemoryIsolatedDualGPUTrainer(const MemoryIsolatedDualGPUTrainerOptions& options)
    : options_(options) {
  const GpuMemoryIsolationOptions isolation{options_.data_gpu_id, options_.model_gpu_id, options_.data_gpu_memory_limit,
                                            options_.model_gpu_memory_limit};
  if (!is_set_up_for(options_)) {
    if (options_.device == "cpu") {
      library::set_up_process(cpu_plan(isolation), options_.config.run);
    } else {
      library::isolate_process(isolation, options_.config.run);
    }
  }
  take_threads(options_.config.run, library::require_process_devices().run);
}

std::string MemoryIsolatedDualGPUTrainer::train(const std::string& train, const std::string& val, std::int64_t epochs) {
  const library::ProcessDevices& devices = library::require_process_devices();
  core::Console console;
  config::Settings settings = options_.config;
  if (!options_.enable_monitoring) settings.memory.interval_steps = 0;
  requests::TrainRequest request = request_for(settings, {train, val, epochs}, options_.output, false, console);
  request.device_plan = devices.plan;
  run::run_training(request, *devices.runtime, console, {});
  return request.output.string();
}

MemoryStats MemoryIsolatedDualGPUTrainer::get_memory_stats() const {
  const library::ProcessDevices& devices = library::require_process_devices();
  return {stats_of(devices, Role::kData), stats_of(devices, Role::kModel)};
}

}  // namespace myxtts

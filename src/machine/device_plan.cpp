#include "machine/device_plan.hpp"

#include <nlohmann/json.hpp>

namespace myxtts::machine {
namespace {

// How often a waiting OpenMP thread looks again before it sleeps. Waking one takes longer than most of a small model's
// parallel regions; spinning for long takes the core from the other role (docs/measured.md, "Threads").
constexpr const char* kSpins = "20000";

NLOHMANN_JSON_SERIALIZE_ENUM(DeviceMode, {{DeviceMode::kCpu, "cpu"},
                                          {DeviceMode::kSingleGpu, "single"},
                                          {DeviceMode::kSharedGpu, "shared"},
                                          {DeviceMode::kDualGpu, "dual"}})

nlohmann::json document_of(const PlannedGpu& gpu) {
  return {{"typed_index", gpu.typed_index},
          {"physical_index", gpu.physical_index},
          {"uuid", gpu.uuid},
          {"name", gpu.name},
          {"total_mb", gpu.total_mb}};
}

PlannedGpu gpu_of(const nlohmann::json& document) {
  PlannedGpu gpu;
  document.at("typed_index").get_to(gpu.typed_index);
  document.at("physical_index").get_to(gpu.physical_index);
  document.at("uuid").get_to(gpu.uuid);
  document.at("name").get_to(gpu.name);
  document.at("total_mb").get_to(gpu.total_mb);
  return gpu;
}

}  // namespace

std::string to_json(const DevicePlan& plan) {
  const nlohmann::json document = {{"mode", plan.mode},
                                   {"data_gpu", document_of(plan.data_gpu)},
                                   {"model_gpu", document_of(plan.model_gpu)},
                                   {"visible_devices", plan.visible_devices},
                                   {"isolated", plan.isolated},
                                   {"data_cap_mb", plan.data_cap_mb},
                                   {"model_cap_mb", plan.model_cap_mb}};
  return document.dump();
}

DevicePlan plan_from_json(std::string_view text) {
  try {
    const nlohmann::json document = nlohmann::json::parse(text);
    DevicePlan plan;
    document.at("mode").get_to(plan.mode);
    plan.data_gpu = gpu_of(document.at("data_gpu"));
    plan.model_gpu = gpu_of(document.at("model_gpu"));
    document.at("visible_devices").get_to(plan.visible_devices);
    document.at("isolated").get_to(plan.isolated);
    document.at("data_cap_mb").get_to(plan.data_cap_mb);
    document.at("model_cap_mb").get_to(plan.model_cap_mb);
    return plan;
  } catch (const nlohmann::json::exception& error) {
    throw core::ConfigError({.what = "no device plan",
                             .where = "myxtts-engine",
                             .value = error.what(),
                             .expected = "the document that myxtts hands over",
                             .advice = "Start ./myxtts instead."});
  }
}

std::vector<EnvironmentVariable> engine_environment(const DevicePlan& plan, const config::RunSettings& run) {
  std::vector<EnvironmentVariable> variables = {{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"},
                                                {"CUDA_VISIBLE_DEVICES", plan.visible_devices},
                                                {"OMP_NUM_THREADS", std::to_string(run.threads)},
                                                {"OMP_WAIT_POLICY", "PASSIVE"},
                                                {"GOMP_SPINCOUNT", kSpins}};
  if (run.deterministic) variables.push_back({"CUBLAS_WORKSPACE_CONFIG", ":4096:8"});
  return variables;
}

}  // namespace myxtts::machine

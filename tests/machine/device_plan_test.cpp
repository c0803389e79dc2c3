#include "machine/device_plan.hpp"

#include <gtest/gtest.h>

#include <map>

namespace myxtts::machine {
namespace {

std::map<std::string, std::string> environment(const DevicePlan& plan, const config::RunSettings& run) {
  std::map<std::string, std::string> variables;
  for (const EnvironmentVariable& variable : engine_environment(plan, run)) variables[variable.name] = variable.value;
  return variables;
}

TEST(EngineEnvironment, FixesGpuOrderAndThreadsThatSleep) {
  config::RunSettings run;
  run.threads = 3;
  EXPECT_EQ(environment({}, run), (std::map<std::string, std::string>{{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"},
                                                                      {"CUDA_VISIBLE_DEVICES", ""},
                                                                      {"OMP_NUM_THREADS", "3"},
                                                                      {"OMP_WAIT_POLICY", "PASSIVE"},
                                                                      {"GOMP_SPINCOUNT", "20000"}}));
}

TEST(EngineEnvironment, ShowsThePlansGpusAndMakesCublasDeterministicWhereAsked) {
  DevicePlan plan;
  plan.visible_devices = "2,0";
  config::RunSettings run;
  run.deterministic = true;
  const auto variables = environment(plan, run);
  EXPECT_EQ(variables.at("CUDA_VISIBLE_DEVICES"), "2,0");
  EXPECT_EQ(variables.at("CUBLAS_WORKSPACE_CONFIG"), ":4096:8");
}

TEST(DevicePlan, TravelsAsADocument) {
  DevicePlan plan;
  plan.mode = DeviceMode::kDualGpu;
  plan.data_gpu = {0, 5, "GPU-five", "A GPU", 24576};
  plan.model_gpu = {1, 3, "GPU-three", "A \"GPU\"", 49152};
  plan.visible_devices = "5,3";
  plan.isolated = true;
  plan.data_cap_mb = 8192;
  plan.model_cap_mb = 16384;
  const DevicePlan arrived = plan_from_json(to_json(plan));
  EXPECT_EQ(to_json(arrived), to_json(plan));
  EXPECT_EQ(arrived.mode, DeviceMode::kDualGpu);
  EXPECT_EQ(arrived.model_gpu.physical_index, 3);
  EXPECT_EQ(arrived.model_gpu.name, "A \"GPU\"");
  EXPECT_EQ(arrived.model_cap_mb, 16384);
}

TEST(DevicePlan, AnotherDocumentIsRefused) {
  for (const char* document : {"", "[]", "{}", R"({"mode": "dual"})"}) {
    EXPECT_THROW((void)plan_from_json(document), core::ConfigError) << document;
  }
}

}  // namespace
}  // namespace myxtts::machine

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
  EXPECT_EQ(environment({}, run),
            (std::map<std::string, std::string>{{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"},
                                                {"CUDA_VISIBLE_DEVICES", ""},
                                                {"OMP_NUM_THREADS", "3"},
                                                {"OMP_WAIT_POLICY", "PASSIVE"},
                                                {"GOMP_SPINCOUNT", "20000"},
                                                {"PYTORCH_ALLOC_CONF", "expandable_segments:True"},
                                                {"CUDA_DEVICE_MAX_CONNECTIONS", "32"}}));
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

}  // namespace
}  // namespace myxtts::machine

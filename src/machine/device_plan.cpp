#include "machine/device_plan.hpp"

namespace myxtts::machine {
namespace {

// How often a waiting OpenMP thread looks again before it sleeps. Waking one takes longer than most of a small model's
// parallel regions; spinning for long takes the core from the other role (docs/measured.md, "Threads").
constexpr const char* kSpins = "20000";

}  // namespace

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

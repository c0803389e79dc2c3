#include "machine/device_plan.hpp"

#include <utility>

namespace myxtts::machine {
namespace {

// Iterations that a waiting OpenMP thread spins before it sleeps. Waking a thread takes longer than most parallel
// regions of a small model, but long spinning takes the core from the other role (docs/measured.md, "Threads").
constexpr const char* kSpins = "20000";

constexpr const char* kHardwareQueues = "32";  // the most that CUDA takes; its default is 8

}  // namespace

std::vector<EnvironmentVariable> cuda_environment(const config::RunSettings& run) {
  // libtorch reads PYTORCH_ALLOC_CONF only if its older name, PYTORCH_CUDA_ALLOC_CONF, is not set.
  std::vector<EnvironmentVariable> variables = {{"PYTORCH_ALLOC_CONF", "expandable_segments:True", true},
                                                {"CUDA_DEVICE_MAX_CONNECTIONS", kHardwareQueues, true}};
  if (run.deterministic) variables.push_back({"CUBLAS_WORKSPACE_CONFIG", ":4096:8"});
  return variables;
}

std::vector<EnvironmentVariable> engine_environment(const DevicePlan& plan, const config::RunSettings& run) {
  std::vector<EnvironmentVariable> variables = {{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"},
                                                {"CUDA_VISIBLE_DEVICES", plan.visible_devices},
                                                {"OMP_NUM_THREADS", std::to_string(run.threads)},
                                                {"OMP_WAIT_POLICY", "PASSIVE"},
                                                {"GOMP_SPINCOUNT", kSpins}};
  for (EnvironmentVariable& variable : cuda_environment(run)) variables.push_back(std::move(variable));
  return variables;
}

}  // namespace myxtts::machine

#include "machine/device_plan.hpp"

namespace myxtts::machine {
namespace {

// Iterations that a waiting OpenMP thread spins before it sleeps. Waking a thread takes longer than most parallel
// regions of a small model, but long spinning takes the core from the other role (docs/measured.md, "Threads").
constexpr const char* kSpins = "20000";

}  // namespace

std::vector<EnvironmentVariable> engine_environment(const DevicePlan& plan, const config::RunSettings& run) {
  return {{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"},
          {"CUDA_VISIBLE_DEVICES", plan.visible_devices},
          {"OMP_NUM_THREADS", std::to_string(run.threads)},
          {"OMP_WAIT_POLICY", "PASSIVE"},
          {"GOMP_SPINCOUNT", kSpins}};
}

}  // namespace myxtts::machine

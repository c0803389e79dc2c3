#pragma once
// The GPUs that the fake drivers show, in nvidia-smi's order. They come from the environment:
//   MYXTTS_FAKE_GPUS=24576,24576      one GPU for each number, its memory in MiB; every pair has a peer link
//   MYXTTS_FAKE_GPU_FILE=gpus.json    instead of it: {"gpus": [{"total_mb": 24576, "used_mb": 0, "utilization": 0,
//       "name": "...", "uuid": "GPU-...", "peers": [1], "mig": [{"total_mb": 9856, "uuid": "MIG-..."}],
//       "processes": [{"pid": 1, "used_mb": 100}]}]}; all but total_mb may be left out
//   MYXTTS_FAKE_CUDA_GPU_FILE=gpus.json  what libcuda shows, where that is not what NVML does
//   MYXTTS_FAKE_PEER_LINKS=0          no GPU has a peer link where none is named
//   MYXTTS_FAKE_CUDA_VERSION=12040    the version of CUDA that the driver is made for (default: 13000)
//   MYXTTS_FAKE_COMPUTE_CAPABILITY=7  the major number of every GPU's compute capability (default: 9)
//   MYXTTS_FAKE_HOST_IDS=1            NVML knows this process by another id, as in a container
// With none there is no GPU.

#include <string>
#include <vector>

namespace fake_driver {

struct Process {
  unsigned int pid = 0;
  unsigned long long used_mb = 0;
};

struct Gpu {
  int index = 0;
  std::string name;
  std::string uuid;
  unsigned long long total_mb = 0;
  unsigned long long used_mb = 0;
  unsigned int utilization = 0;  // percent
  std::vector<int> peers;        // indices of the GPUs it has a peer link to
  std::vector<Process> processes;
  std::vector<Gpu> mig_slices;  // not empty: MIG mode is on
};

// `own_file`: a variable that goes before the others, or null.
[[nodiscard]] std::vector<Gpu> read_gpus(const char* own_file = nullptr);

[[nodiscard]] int cuda_version();
[[nodiscard]] int compute_capability_major();

// What this process uses of a GPU. Here nothing; simulated GPUs (tests/simulated_cuda) bring a definition of their own.
[[nodiscard]] unsigned long long own_bytes(const Gpu& gpu);

// The id by which NVML knows this process.
[[nodiscard]] unsigned int own_id();

[[nodiscard]] unsigned int pci_bus(const Gpu& gpu);

}  // namespace fake_driver

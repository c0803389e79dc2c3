#pragma once
// The GPUs: those that the driver shows, libcuda.so.1 of tests/fake_driver.

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "simulated_cuda/runtime/device_memory.hpp"

namespace myxtts::simulated_cuda {

struct Device {
  std::string name;
  std::array<char, 16> uuid{};
  std::array<char, 16> pci_bus_id{};
  std::unique_ptr<DeviceMemory> memory;
};

// Read from the driver at the first call, which also has every operator emulated where the program has libtorch's CUDA
// half. Empty without a GPU. Thread: any.
[[nodiscard]] const std::vector<Device>& devices();

[[nodiscard]] unsigned int pci_bus_of(const Device& device);

// Of the calling thread.
[[nodiscard]] int current_device();

// The GPU to whose memory an address belongs; -1: none's.
[[nodiscard]] int device_of(const void* address);

}  // namespace myxtts::simulated_cuda

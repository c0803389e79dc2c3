#pragma once
// The exact messages to the user while GPUs are set up (R7, R14, R17, R19). Each function returns lines without line
// ends. For a plan with one device for both roles and no flag (CPU, single GPU) it returns no lines.
// GPUs are named by their physical index, logical GPUs as "/GPU:0".

#include <cstdint>
#include <string>
#include <vector>

#include "machine/device_plan.hpp"

namespace myxtts::machine {

// From "🎯 Configuring Multi-GPU Mode..." (with isolation: "Memory-Isolated Dual-GPU Trainer Initialization") to the
// line that reports success. The front prints them.
[[nodiscard]] std::vector<std::string> configuration_lines(const DevicePlan& plan);

// The engine prints these, in this order. Each block begins with an empty line.
[[nodiscard]] std::vector<std::string> pipeline_lines(const DevicePlan& plan, std::int64_t buffer_size);
[[nodiscard]] std::vector<std::string> placement_lines(const DevicePlan& plan);  // before the model is created
[[nodiscard]] std::vector<std::string> warm_up_lines(const DevicePlan& plan, double seconds);
[[nodiscard]] std::vector<std::string> training_lines(const DevicePlan& plan);  // after the data pipeline has warmed up

// The values of a monitoring line: "[Step 100] Data GPU 0: 5248/8192MB (64.1%)".
struct MemoryReading {
  std::int64_t step = -1;  // negative: left out
  std::string role;        // "Data" or "Model"
  int gpu = 0;             // physical
  std::int64_t used_mb = 0;
  std::int64_t cap_mb = 0;
};
[[nodiscard]] std::string memory_line(const MemoryReading& reading);

}  // namespace myxtts::machine

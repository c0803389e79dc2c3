#pragma once
// Arguments that the speaking and measuring commands share.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "config/engine_request.hpp"
#include "front/device_arguments.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::front {

// Throws core::CheckpointError that names the flag where `folder` is no folder.
void require_checkpoint(const std::string& flag, const std::string& folder);

// --checkpoint, --threads, --device, --model-gpu, --precision: where the model is, what it runs on and how it computes.
struct ModelArguments {
  std::string checkpoint;
  std::int64_t threads = 0;
  std::string precision = "fp32";
  DeviceArguments devices;

  void declare(CLI::App& app);
  // --threads, --precision and the device alone, for a command whose --checkpoint is its own. Returns their names.
  std::vector<std::string> declare_computation(CLI::App& app);
  // Throws: machine::GpuConfigurationError where the GPU that was asked for cannot be had.
  [[nodiscard]] machine::DevicePlan plan() const;
  // A request for the engine. Throws core::CheckpointError where there is nothing at --checkpoint.
  [[nodiscard]] config::EngineRequest request(const std::string& command) const;
};

}  // namespace myxtts::front

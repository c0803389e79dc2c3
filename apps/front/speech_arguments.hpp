#pragma once
// Arguments shared by the commands that speak or measure with a checkpoint.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "front/device_arguments.hpp"
#include "requests/requests.hpp"

namespace myxtts::front {

// Throws core::CheckpointError that names the flag if `folder` is not a folder.
void require_checkpoint(const std::string& flag, const std::string& folder);

// --checkpoint, --threads, --device, --model-gpu, --precision: where the model is, what it runs on and how it computes.
struct ModelArguments {
  std::string checkpoint;
  std::int64_t threads = 0;
  std::string precision = "fp32";
  DeviceArguments devices;

  void declare(CLI::App& app);
  // Declares only --threads, --precision and the device flags, for a command that declares --checkpoint itself. Returns
  // their names.
  std::vector<std::string> declare_computation(CLI::App& app);
  // A request with the values of these arguments.
  // Throws: machine::GpuConfigurationError if the requested GPU is not available; core::CheckpointError if --checkpoint
  // is not a folder.
  template <typename Request>
  [[nodiscard]] Request request() const {
    Request result;
    static_cast<requests::EngineRequest&>(result) = computation();
    result.checkpoint = checkpoint;
    return result;
  }

 private:
  [[nodiscard]] requests::EngineRequest computation() const;
};

}  // namespace myxtts::front

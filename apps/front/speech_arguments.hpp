#pragma once
// Arguments that the speaking and measuring commands share.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "front/device_arguments.hpp"
#include "requests/requests.hpp"

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
  // A request with what these arguments decide.
  // Throws: machine::GpuConfigurationError where the GPU that was asked for cannot be had; core::CheckpointError where
  // there is no folder at --checkpoint.
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

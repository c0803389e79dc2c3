#pragma once
// The flags that select a command's devices.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "machine/device_options.hpp"

namespace myxtts::front {

class DeviceArguments {
 public:
  // --data-gpu, --model-gpu, --share-gpu and memory isolation: for commands that need GPUs.
  void declare_two_gpus(CLI::App& app);
  // The same and --device: for commands that run the pipeline.
  void declare_two_roles(CLI::App& app);
  // --device, and --model-gpu to choose the GPU: for commands that only run a model.
  void declare_one_role(CLI::App& app);

  // The requested devices with the user's CUDA_VISIBLE_DEVICES, for machine::resolve().
  [[nodiscard]] machine::DeviceOptions options() const;

 private:
  bool two_roles_ = false;
  std::string device_;
  std::optional<std::string> data_gpu_;
  std::optional<std::string> model_gpu_;
  bool share_gpu_ = false;
  bool isolation_ = false;
  std::string data_memory_;
  std::string model_memory_;
};

}  // namespace myxtts::front

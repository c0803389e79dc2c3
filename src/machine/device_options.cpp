#include "machine/device_options.hpp"

#include <fmt/format.h>

namespace myxtts::machine {
namespace {

[[noreturn]] void fail(const std::string& first_line) {
  throw GpuConfigurationError(first_line +
                              "\n❌ Multi-GPU mode was requested but configuration failed"
                              "\n   Please check your GPU indices and ensure you have at least 2 GPUs");
}

void check_index(const char* name, int index, int count) {
  if (index < 0 || index >= count) fail(fmt::format("❌ Invalid {}={}, must be 0-{}", name, index, count - 1));
}

}  // namespace

DevicePlan resolve(const DeviceOptions& options, const DeviceInventory& inventory) {
  if (!options.data_gpu && !options.model_gpu) return {};
  if (!options.model_gpu) fail("❌ Multi-GPU mode needs both flags: --model-gpu is missing");
  if (!options.data_gpu) fail("❌ Multi-GPU mode needs both flags: --data-gpu is missing");
  const int count = static_cast<int>(inventory.gpus().size());
  if (count < 2) fail(fmt::format("❌ Multi-GPU requires at least 2 GPUs, found {}", count));
  check_index("data_gpu", *options.data_gpu, count);
  check_index("model_gpu", *options.model_gpu, count);
  if (*options.data_gpu == *options.model_gpu) fail("❌ data_gpu and model_gpu must be different");
  fail("❌ This version of MyXTTS trains on the CPU: leave out --data-gpu and --model-gpu");
}

}  // namespace myxtts::machine

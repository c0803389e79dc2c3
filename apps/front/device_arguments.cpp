#include "front/device_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "front/values.hpp"

namespace myxtts::front {
namespace {

constexpr const char* kGroup = "GPUs";
constexpr const char* kAuto = "auto";
constexpr std::int64_t kMaxMemoryMb = 1'000'000'000;

void declare_device(CLI::App& app, std::string& device) {
  app.add_option("--device", device, "cpu or cuda; default: a GPU where there is one")
      ->type_name("DEVICE")
      ->check(CLI::IsMember({"cpu", "cuda"}).description(""))
      ->group(kGroup);
}

// Accepts an index of any size and removes its leading zeros; whether there is such a GPU is checked later.
CLI::Validator gpu_index() {
  const auto read = [](std::string& text) {
    const std::string_view digits = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
    const bool whole = !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (!whole) return fmt::format("'{}'; expected a whole number", text);
    if (digits.size() == text.size()) text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return std::string();
  };
  return {read, ""};
}

void declare_gpu(CLI::App& app, const char* flag, std::optional<std::string>& index, const char* help) {
  app.add_option(flag, index, help)->type_name("INDEX")->transform(gpu_index())->group(kGroup);
}

CLI::Validator memory_limit() {
  const auto check = [](const std::string& text) {
    std::string number = text;
    const std::string refusal = text == kAuto ? "" : whole_number(1, kMaxMemoryMb)(number);
    return refusal.empty() ? refusal : refusal + ", or auto";
  };
  return {check, ""};
}

void declare_memory(CLI::App& app, const char* flag, std::string& limit, const char* help) {
  app.add_option(flag, limit, help)->type_name("MB")->check(memory_limit())->group(kGroup);
}

std::optional<machine::MemoryLimit> limit_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (text == kAuto) return machine::MemoryLimit{};
  return machine::MemoryLimit{std::stoll(text)};
}

}  // namespace

void DeviceArguments::declare_two_gpus(CLI::App& app) {
  two_roles_ = true;
  declare_gpu(app, "--data-gpu", data_gpu_, "prepares batches; as nvidia-smi counts");
  declare_gpu(app, "--model-gpu", model_gpu_, "trains the model; as nvidia-smi counts");
  app.add_flag("--share-gpu", share_gpu_, "both on the GPU of --model-gpu; default GPU 0")->group(kGroup);
  app.add_flag("--enable-memory-isolation", isolation_, "a hard memory limit for each of the two")->group(kGroup);
  declare_memory(app, "--data-gpu-memory", data_memory_, "limit of the data GPU, or auto (33 %); default 8192");
  declare_memory(app, "--model-gpu-memory", model_memory_, "limit of the model GPU, or auto (67 %); default 16384");
}

void DeviceArguments::declare_two_roles(CLI::App& app) {
  declare_two_gpus(app);
  declare_device(app, device_);
}

void DeviceArguments::declare_one_role(CLI::App& app) {
  declare_gpu(app, "--model-gpu", model_gpu_, "runs the model; as nvidia-smi counts");
  declare_device(app, device_);
}

machine::DeviceOptions DeviceArguments::options() const {
  machine::DeviceOptions options;
  options.device = device_;
  options.data_gpu = data_gpu_;
  options.model_gpu = model_gpu_;
  options.share_gpu = share_gpu_;
  options.isolation = isolation_;
  options.data_memory = limit_of(data_memory_);
  options.model_memory = limit_of(model_memory_);
  options.two_roles = two_roles_;
  if (const char* visible = std::getenv("CUDA_VISIBLE_DEVICES")) options.visible_devices = visible;
  return options;
}

}  // namespace myxtts::front

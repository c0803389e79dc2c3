#include "device/out_of_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace myxtts::device {
namespace {

// Parts of libtorch's messages that mean that memory ran out, for errors without a type of their own.
constexpr std::array<std::string_view, 5> kSigns = {"CUDA out of memory", "CUDA error: out of memory",
                                                    "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED",
                                                    "DefaultCPUAllocator: can't allocate memory"};

std::string megabytes(std::int64_t bytes) { return fmt::format("{:.3f} MB", static_cast<double>(bytes) / (1 << 20)); }

std::string use_of(const RefusedRequest& request) {
  std::string use = megabytes(request.in_use) + " in use";
  if (request.overhead > 0) use += fmt::format(", {} of it by context and libraries", megabytes(request.overhead));
  if (request.kept > 0) use += fmt::format(", {} kept for reuse in pieces too small", megabytes(request.kept));
  return use;
}

std::string expectation_of(const RefusedRequest& request) {
  if (!request.device_full) return fmt::format("at most the cap of {}", megabytes(request.cap));
  if (request.cap == 0) return "free memory on the device";
  return fmt::format("free memory on the device, which is full before the cap of {} is reached",
                     megabytes(request.cap));
}

std::string advice_for(const RefusedRequest& request, Work work) {
  if (request.role == Role::kNone) return "";
  if (work == Work::kSpeech) {
    const std::string less = "Give shorter texts or clips, or end other programs on the device";
    return request.where.starts_with("cuda") ? less + ", or use the CPU with --device cpu." : less + ".";
  }
  if (!request.device_full) return fmt::format("Raise --{}-gpu-memory.", name_of(request.role));
  if (request.role == Role::kData) return "Lower --buffer-size or --batch-size, or end other programs on the device.";
  return "Lower --batch-size or --model-size, or end other programs on the device.";
}

// asked: the size that was requested, as far as it is known.
std::string message_of(const RefusedRequest& request, const std::string& asked, Work work) {
  return core::format_error({.what = fmt::format("the {} role is out of memory", name_of(request.role)),
                             .where = request.where,
                             .value = fmt::format("{} with {}", asked, use_of(request)),
                             .expected = expectation_of(request),
                             .advice = advice_for(request, work)});
}

std::string size_asked(const RefusedRequest& request) { return megabytes(request.asked) + " asked for"; }

// The size in "Tried to allocate 2.00 GiB." of a message of many lines; the whole first line if it has no size.
std::string request_in(std::string_view message) {
  constexpr std::string_view kRequest = "Tried to allocate ";
  const std::size_t begin = message.find(kRequest);
  if (begin == std::string_view::npos) return std::string(message.substr(0, message.find('\n')));
  const std::string_view size = message.substr(begin + kRequest.size());
  return std::string(size.substr(0, size.find(". "))) + " asked for";
}

}  // namespace

AllocationRefused::AllocationRefused(const RefusedRequest& request)
    : c10::OutOfMemoryError(message_of(request, size_asked(request), Work::kTraining)), request_(request) {}

bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const core::OutOfMemoryError*>(&error) != nullptr) return true;
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
  const std::string_view message = error.what();
  return std::ranges::any_of(kSigns, [&](std::string_view sign) { return message.find(sign) != message.npos; });
}

std::optional<core::OutOfMemoryError> as_out_of_memory(const std::exception& error, Role role,
                                                       const DeviceRuntime& runtime, Work work) {
  if (const auto* typed = dynamic_cast<const core::OutOfMemoryError*>(&error)) return *typed;
  if (const auto* refused = dynamic_cast<const AllocationRefused*>(&error)) {
    return core::OutOfMemoryError(message_of(refused->request(), size_asked(refused->request()), work));
  }
  if (!is_out_of_memory(error)) return std::nullopt;
  const MemoryUse use = runtime.memory(role);
  const RefusedRequest request{
      role, runtime.device(role).str(), 0, use.reserved + use.overhead, use.overhead, use.cap, 0, true};
  return core::OutOfMemoryError(message_of(request, request_in(error.what()), work));
}

}  // namespace myxtts::device

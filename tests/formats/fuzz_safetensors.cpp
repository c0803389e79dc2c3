// A file that is accepted comes back the same when it is written and read again.
#include <cstddef>
#include <cstdint>

#include "core/error.hpp"
#include "formats/safetensors.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myxtts;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const formats::SafetensorsFile file = formats::parse_safetensors(bytes, "fuzzed");
    std::string copy;
    const formats::SafetensorsImage image = formats::make_safetensors(file.tensors, file.metadata);
    for (const std::string_view part : image.parts()) copy += part;
    if (formats::parse_safetensors(copy, "copy").tensors.size() != file.tensors.size()) __builtin_trap();
  } catch (const core::CheckpointError&) {
    return 0;
  }
  return 0;
}

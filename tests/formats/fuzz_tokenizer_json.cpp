// A file that is accepted comes back equal when it is written and read again.
#include <cstddef>
#include <cstdint>

#include "core/error.hpp"
#include "formats/tokenizer_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myxtts;
  formats::TokenizerFile file;
  try {
    file = formats::parse_tokenizer_json({reinterpret_cast<const char*>(data), size}, "fuzzed");
  } catch (const core::DataError&) {
    return 0;
  }
  if (formats::parse_tokenizer_json(formats::write_tokenizer_json(file), "copy") != file) __builtin_trap();
  return 0;
}

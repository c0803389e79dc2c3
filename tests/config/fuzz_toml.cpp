// Any bytes are refused by name or become settings that are the same when they are written and read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/fields.hpp"
#include "core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myxtts;
  config::Settings settings;
  try {
    config::load_toml(settings, {reinterpret_cast<const char*>(data), size}, "fuzzed");
  } catch (const core::ConfigError&) {
    return 0;
  }
  config::Settings copy;
  config::load_toml(copy, config::dump_toml(settings), "copy");
  if (!config::differing_keys(settings, copy).empty()) __builtin_trap();
  return 0;
}

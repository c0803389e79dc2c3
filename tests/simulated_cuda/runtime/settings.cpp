#include "simulated_cuda/runtime/settings.hpp"

#include <cstdlib>
#include <string>

#include "simulated_cuda/runtime/errors.hpp"

namespace myxtts::simulated_cuda {
namespace {

template <typename Number>
void read(const char* suffix, Number& value) {
  const std::string name = std::string("SIMULATED_CUDA_") + suffix;
  const char* text = std::getenv(name.c_str());
  if (text == nullptr) return;
  char* end = nullptr;
  value = static_cast<Number>(std::strtoll(text, &end, 10));
  if (end == text || *end != '\0') end_program(name + " is '" + text + "', which is not a whole number");
}

void read(const char* suffix, std::string& value) {
  const char* text = std::getenv((std::string("SIMULATED_CUDA_") + suffix).c_str());
  if (text != nullptr) value = text;
}

Settings read_all() {
  Settings settings;
  read("RACES", settings.finds_races);
  read("SEED", settings.seed);
  read("THREADS", settings.operator_threads);
  read("SLEEP_DIVISOR", settings.sleep_divisor);
  read("ERROR_AFTER", settings.error_after_calls);
  read("CORRUPT_PEER_COPY", settings.corrupt_peer_copy);
  read("COPY_DELAY_US", settings.copy_delay_us);
  read("FORGET_WAITS", settings.forget_waits);
  read("FORGET_WAIT", settings.forget_wait);
  read("FORGET_RECORDS", settings.forget_records);
  read("FORGET_RECORD", settings.forget_record);
  read("COUNT", settings.count_file);
  read("COMPUTE", settings.computes);
  read("SAY", settings.says_items);
  return settings;
}

}  // namespace

const Settings& settings() {
  static const Settings& all = *new Settings(read_all());  // streams outlive static destruction
  return all;
}

}  // namespace myxtts::simulated_cuda

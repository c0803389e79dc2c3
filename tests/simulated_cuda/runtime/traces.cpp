#include "simulated_cuda/runtime/traces.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace myxtts::simulated_cuda {
namespace {

constexpr std::size_t kMaxLines = 8, kMaxLength = 160;

// The name that the linker knows; empty for functions that no library exports.
std::string exported_name(const Dl_info& place) {
  if (place.dli_sname == nullptr) return {};
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(place.dli_sname, nullptr, nullptr, &status),
                                                    std::free);
  return name == nullptr ? place.dli_sname : name.get();
}

// The first line that addr2line prints: the function's name.
std::string name_in_program(const Dl_info& place, const void* address) {
  const auto offset = static_cast<const char*>(address) - static_cast<const char*>(place.dli_fbase);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%#tx", offset);
  const std::string command =
      std::string("env -u LD_PRELOAD addr2line -fCe /proc/") + std::to_string(::getpid()) + "/exe " + text.data();
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::array<char, 4096> line{};
  std::string name = std::fgets(line.data(), line.size(), pipe) == nullptr ? "" : line.data();
  ::pclose(pipe);
  if (name.ends_with('\n')) name.pop_back();
  return name == "??" ? "" : name;
}

// The program's headers are on its first page.
bool is_program(const Dl_info& place) {
  return ::getauxval(AT_PHDR) - reinterpret_cast<std::uintptr_t>(place.dli_fbase) < 4096;
}

// Empty for a function that says little.
std::string line_of(const void* return_address) {
  const void* const call = static_cast<const char*>(return_address) - 1;
  Dl_info place{};
  if (::dladdr(call, &place) == 0) return {};
  if (!is_program(place)) {
    const std::string name = exported_name(place);
    const bool helps = (name.starts_with("at::_ops::") && name.find("::call(") != std::string::npos) ||
                       name.starts_with("torch::autograd::generated::");
    return helps ? name : std::string();
  }
  const std::string name = name_in_program(place, call);
  return name.starts_with("std::") || name.starts_with("_start") ? std::string() : name;
}

}  // namespace

Trace trace_here() {
  constexpr int kMaxDepth = 64;
  std::vector<void*> addresses(kMaxDepth);
  addresses.resize(static_cast<std::size_t>(::backtrace(addresses.data(), kMaxDepth)));
  return std::make_shared<const std::vector<void*>>(std::move(addresses));
}

std::vector<std::string> lines_of(const Trace& trace) {
  std::vector<std::string> lines;
  if (trace == nullptr) return lines;
  for (const void* address : *trace) {
    std::string line = line_of(address);
    if (!line.empty()) lines.push_back(line.substr(0, kMaxLength));
    if (lines.size() == kMaxLines) break;
  }
  return lines;
}

void print_trace(const char* item, const Trace& trace) {
  for (const std::string& line : lines_of(trace)) std::fprintf(stderr, "  %s: %s\n", item, line.c_str());
}

}  // namespace myxtts::simulated_cuda

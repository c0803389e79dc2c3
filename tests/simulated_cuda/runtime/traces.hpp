#pragma once
// Where in the program an item was put on its stream.

#include <memory>
#include <string>
#include <vector>

namespace myxtts::simulated_cuda {

using Trace = std::shared_ptr<const std::vector<void*>>;  // return addresses, the innermost first

// Of the calling thread.
[[nodiscard]] Trace trace_here();

// The innermost functions of the trace that help, at most eight: the program's own, and libtorch's operators and
// backward functions. Empty for null. Names of the program's functions come from binutils' addr2line.
[[nodiscard]] std::vector<std::string> lines_of(const Trace& trace);

// Says on stderr who put the item on its stream; nothing for null.
void print_trace(const char* item, const Trace& trace);

}  // namespace myxtts::simulated_cuda

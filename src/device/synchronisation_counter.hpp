#pragma once
// Checks that a step never makes the host wait for the device.

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace myxtts::device {

// While it lives, counts operators of the calling thread whose result the host must read, and which therefore wait for
// a GPU: a number taken from a tensor (item, is_nonzero, a comparison of tensors as a bool) or a result whose size
// depends on the data (nonzero, masked_select, unique, indexing by a mask, repeat_interleave without output_size). It
// sees operators, not streams, so it gives the same count on a CPU, where none of them waits.
// Thread: begins and ends on one thread; counters nest, and each counts.
class SynchronisationCounter {
 public:
  SynchronisationCounter();
  ~SynchronisationCounter();
  SynchronisationCounter(const SynchronisationCounter&) = delete;
  SynchronisationCounter& operator=(const SynchronisationCounter&) = delete;

  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(names_.size()); }
  // The counted operators, in order: "aten::nonzero".
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  static std::unique_ptr<at::ObserverContext> on_operator(const at::RecordFunction& function);

  std::vector<std::string> names_;
  SynchronisationCounter* outer_;
  at::CallbackHandle handle_ = at::INVALID_CALLBACK_HANDLE;  // set in the outermost counter only
};

}  // namespace myxtts::device

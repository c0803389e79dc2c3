#pragma once
// Finds products and convolutions that a GPU would compute in TF32.

#include <ATen/record_function.h>
#include <torch/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "device/precision.hpp"

namespace myxtts::device::test {

// While it lives, the process computes as with run.precision = tf32, and operators of the calling thread that would use
// TF32 on a GPU are noted: it knows of what each asks libtorch, so it works on a CPU.
// Source: libtorch 2.11, in which only cuBLAS's handle looks at at::NoTF32Guard.
class Tf32Watch {
 public:
  Tf32Watch() {
    set_arithmetic(Precision::kTf32, /*deterministic=*/false);
    names().clear();
    handle_ = at::addThreadLocalCallback(at::RecordFunctionCallback(&on_operator).needsInputs(true));
  }
  ~Tf32Watch() {
    at::removeCallback(handle_);
    set_arithmetic(Precision::kFp32, /*deterministic=*/false);
  }
  Tf32Watch(const Tf32Watch&) = delete;
  Tf32Watch& operator=(const Tf32Watch&) = delete;

  // The operators that would use TF32: "aten::addmm".
  [[nodiscard]] const std::vector<std::string>& found() const { return names(); }

 private:
  static std::vector<std::string>& names() {
    thread_local std::vector<std::string> noted;
    return noted;
  }

  static bool uses_tf32(std::string_view name, c10::ArrayRef<const c10::IValue> inputs) {
    if (name == "aten::_convolution") return inputs.back().toBool();  // allow_tf32
    const bool by_cublas = !at::NoTF32Guard::should_disable_tf32();
    if (name == "aten::addmm") return by_cublas || inputs[0].toTensor().dim() == 1;  // cublasLt adds a bias itself
    return by_cublas && (name == "aten::mm" || name == "aten::bmm" || name == "aten::baddbmm");
  }

  static std::unique_ptr<at::ObserverContext> on_operator(const at::RecordFunction& function) {
    if (uses_tf32(function.name(), function.inputs())) names().emplace_back(function.name());
    return nullptr;
  }

  at::CallbackHandle handle_ = at::INVALID_CALLBACK_HANDLE;
};

}  // namespace myxtts::device::test

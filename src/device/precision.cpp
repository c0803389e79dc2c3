#include "device/precision.hpp"

#include <ATen/autocast_mode.h>

#include <stdexcept>
#include <string>

#include "config/settings.hpp"

namespace myxtts::device {

Precision precision_of(std::string_view name) {
  if (name == "fp32" || name == config::kAuto) return Precision::kFp32;
  if (name == "tf32") return Precision::kTf32;
  if (name == "bf16") return Precision::kBf16;
  if (name == "fp16") return Precision::kFp16;
  throw std::invalid_argument("no such precision: " + std::string(name));
}

std::optional<torch::Dtype> half_dtype(Precision precision) {
  if (precision == Precision::kBf16) return torch::kBFloat16;
  if (precision == Precision::kFp16) return torch::kHalf;
  return std::nullopt;
}

void set_arithmetic(Precision precision, bool deterministic) {
  at::Context& context = at::globalContext();
  // libtorch allows TF32 in convolutions by default.
  context.setAllowTF32CuBLAS(precision == Precision::kTf32);
  context.setAllowTF32CuDNN(precision == Precision::kTf32);
  context.setBenchmarkCuDNN(false);
  // cuDNN's attention builds a plan for every new pair of lengths, and those of packed rows and of speech never repeat.
  context.setSDPUseCuDNN(false);
  context.setDeterministicCuDNN(deterministic);
  context.setDeterministicAlgorithms(deterministic, /*warn_only=*/false);
  // Fills all new memory by default, to make reads of values never written repeatable; there are none here.
  context.setDeterministicFillUninitializedMemory(false);
}

Autocast::Autocast(Precision precision, torch::Device device)
    : active_(half_dtype(precision).has_value()), type_(device.type()) {
  if (!active_) return;
  outer_enabled_ = at::autocast::is_autocast_enabled(type_);
  outer_dtype_ = at::autocast::get_autocast_dtype(type_);
  at::autocast::increment_nesting();
  at::autocast::set_autocast_enabled(type_, true);
  at::autocast::set_autocast_dtype(type_, *half_dtype(precision));
}

Autocast::~Autocast() {
  if (!active_) return;
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();  // the cache of cast parameters
  at::autocast::set_autocast_enabled(type_, outer_enabled_);
  at::autocast::set_autocast_dtype(type_, outer_dtype_);
}

}  // namespace myxtts::device

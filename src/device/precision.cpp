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

void set_arithmetic(Precision precision, bool deterministic) {
  at::Context& context = at::globalContext();
  // libtorch allows TF32 in convolutions by default.
  context.setAllowTF32CuBLAS(precision == Precision::kTf32);
  context.setAllowTF32CuDNN(precision == Precision::kTf32);
  context.setBenchmarkCuDNN(false);
  context.setDeterministicCuDNN(deterministic);
  context.setDeterministicAlgorithms(deterministic, /*warn_only=*/false);
}

Autocast::Autocast(Precision precision, torch::Device device)
    : active_(precision == Precision::kBf16 || precision == Precision::kFp16), type_(device.type()) {
  if (!active_) return;
  outer_enabled_ = at::autocast::is_autocast_enabled(type_);
  outer_dtype_ = at::autocast::get_autocast_dtype(type_);
  at::autocast::increment_nesting();
  at::autocast::set_autocast_enabled(type_, true);
  at::autocast::set_autocast_dtype(type_, precision == Precision::kBf16 ? torch::kBFloat16 : torch::kHalf);
}

Autocast::~Autocast() {
  if (!active_) return;
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();  // the cache of cast parameters
  at::autocast::set_autocast_enabled(type_, outer_enabled_);
  at::autocast::set_autocast_dtype(type_, outer_dtype_);
}

}  // namespace myxtts::device

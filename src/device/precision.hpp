#pragma once
// How a model computes: applies the settings run.precision and run.deterministic to libtorch.

#include <torch/types.h>

#include <optional>
#include <string_view>

namespace myxtts::device {

// Parameters, gradients, optimiser, mels, codebook distances and losses are fp32 in each of them.
enum class Precision {
  kFp32,  // on a GPU too: products are never rounded to TF32
  kTf32,  // matrix products and convolutions of a GPU in TF32; on a CPU the same as kFp32
  kBf16,  // matrix products, convolutions and attention in bfloat16
  kFp16,  // the same in half precision; gradients have to be scaled
};

// "fp32", "tf32", "bf16" or "fp16"; "auto" where no device has decided it: fp32, which every device has.
// Throws: std::invalid_argument for any other name.
[[nodiscard]] Precision precision_of(std::string_view name);

// The dtype of a 16-bit precision; no value for the others.
[[nodiscard]] std::optional<torch::Dtype> half_dtype(Precision precision);

// Selects TF32 and deterministic algorithms for everything that the process computes from now on. On a CPU neither
// changes a bit. With `deterministic`, an operator that has no deterministic algorithm throws.
void set_arithmetic(Precision precision, bool deterministic);

// While it lives, operators of its thread on that kind of device run in the precision. Use it for the forward pass
// only: a backward pass automatically runs in the precision of its forward pass.
// Thread: ends on the thread that began it.
class Autocast {
 public:
  Autocast(Precision precision, torch::Device device);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool active_;
  torch::DeviceType type_;
  bool outer_enabled_ = false;
  torch::ScalarType outer_dtype_ = torch::kFloat32;
};

}  // namespace myxtts::device

#pragma once
// Copies in 16 bits of the parameters that matrix products read. Autocast would make them anew in every forward pass of
// every micro-batch and thread; these are made once for each update.

#include <torch/nn/module.h>
#include <torch/types.h>

#include <unordered_map>
#include <vector>

namespace myxtts::model {

class HalfCopies {
 public:
  // Copies the product parameters (layers.hpp) of `module`, whose tensors it keeps. dtype: bfloat16 or float16.
  HalfCopies(const torch::nn::Module& module, torch::Dtype dtype);
  HalfCopies(const HalfCopies&) = delete;
  HalfCopies& operator=(const HalfCopies&) = delete;

  // Copies the parameters again, because they have changed. Thread/stream: as the update's; no host synchronisation.
  void refresh();

  // While it lives, products of its thread read the copies: the same bits as with autocast alone. So are the gradients
  // of a parameter that is read once; those of several reads are added in float32 here.
  // Thread: ends on the thread that began it; several threads can read at the same time, but not during refresh().
  class Scope {
   public:
    explicit Scope(const HalfCopies* copies);  // null: products read the parameters
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    const HalfCopies* outer_;
  };

  // The copy of a parameter; null if it has none.
  [[nodiscard]] const torch::Tensor* find(const torch::Tensor& parameter) const;

 private:
  std::vector<torch::Tensor> parameters_, copies_;
  std::unordered_map<const c10::TensorImpl*, std::size_t> places_;
};

// What a product reads in place of the parameter: its copy, if the calling thread is in a scope that has one, or else
// the parameter. The gradient of a copy is added to that of its parameter, in float32.
[[nodiscard]] torch::Tensor operand(const torch::Tensor& parameter);

}  // namespace myxtts::model

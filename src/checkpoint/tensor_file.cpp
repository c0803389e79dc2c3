#include "checkpoint/tensor_file.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/error.hpp"

namespace myxtts::checkpoint {
namespace {

struct DTypePair {
  torch::ScalarType torch;
  formats::DType file;
};
constexpr std::array<DTypePair, 10> kDTypes{{{torch::kFloat64, formats::DType::f64},
                                             {torch::kFloat32, formats::DType::f32},
                                             {torch::kFloat16, formats::DType::f16},
                                             {torch::kBFloat16, formats::DType::bf16},
                                             {torch::kInt64, formats::DType::i64},
                                             {torch::kInt32, formats::DType::i32},
                                             {torch::kInt16, formats::DType::i16},
                                             {torch::kInt8, formats::DType::i8},
                                             {torch::kUInt8, formats::DType::u8},
                                             {torch::kBool, formats::DType::boolean}}};

formats::DType file_dtype(const torch::Tensor& tensor, const std::string& name) {
  const auto* pair = std::ranges::find(kDTypes, tensor.scalar_type(), &DTypePair::torch);
  if (pair == kDTypes.end()) {
    throw core::CheckpointError(core::ErrorDetails{
        "a tensor's type cannot be saved", name, std::string(tensor.dtype().name()), "a real number type", {}});
  }
  return pair->file;
}

formats::TensorView view_of(const torch::Tensor& tensor, const std::string& name) {
  return {name, file_dtype(tensor, name), tensor.sizes().vec(),
          std::string_view(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes())};
}

torch::Tensor copy_of(const formats::TensorView& view) {
  const auto* pair = std::ranges::find(kDTypes, view.dtype, &DTypePair::file);
  torch::Tensor tensor = torch::empty(view.shape, torch::dtype(pair->torch));
  if (!view.bytes.empty()) std::memcpy(tensor.mutable_data_ptr(), view.bytes.data(), view.bytes.size());
  return tensor;
}

}  // namespace

TensorFile::TensorFile(const contracts::NamedTensors& tensors) {
  std::vector<formats::TensorView> views;
  for (const auto& [name, tensor] : tensors) {
    tensors_.push_back(tensor.detach().to(torch::kCPU).contiguous());
    views.push_back(view_of(tensors_.back(), name));
  }
  image_ = formats::make_safetensors(std::move(views), {});
  parts_ = image_.parts();
}

contracts::NamedTensors read_tensors(std::string_view bytes, std::string_view where) {
  contracts::NamedTensors tensors;
  for (const formats::TensorView& view : formats::parse_safetensors(bytes, where).tensors) {
    tensors.emplace_back(view.name, copy_of(view));
  }
  return tensors;
}

}  // namespace myxtts::checkpoint

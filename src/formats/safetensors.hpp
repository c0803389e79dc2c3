#pragma once
// The safetensors format: named tensors in one file, read and written without copying their bytes.
// Source: https://github.com/huggingface/safetensors, "Format" (8-byte little-endian length, JSON header, bytes).

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::formats {

enum class DType { f64, f32, f16, bf16, i64, i32, i16, i8, u8, boolean };

// Units: bytes of one element.
[[nodiscard]] std::int64_t element_bytes(DType dtype);
// The name in the file: "F32".
[[nodiscard]] std::string_view dtype_name(DType dtype);

// A tensor whose elements (row-major, little-endian) are in memory that the view does not own.
struct TensorView {
  std::string name;
  DType dtype = DType::f32;
  std::vector<std::int64_t> shape;
  std::string_view bytes;
};

using Metadata = std::map<std::string, std::string>;

// A file in memory.
struct SafetensorsFile {
  std::vector<TensorView> tensors;  // sorted by name; they view the bytes that were parsed
  Metadata metadata;

  // The tensor of that name, or nullptr.
  [[nodiscard]] const TensorView* find(std::string_view name) const;
  // The tensor of that name. Throws: CheckpointError that names it and the most similar existing name.
  [[nodiscard]] const TensorView& at(std::string_view name) const;
};

// Reads and checks a whole file: header, types, shapes, and offsets that cover the bytes without gap or overlap.
// `where` names the file in messages. `bytes` must outlive the views.
// Throws: CheckpointError that names what is wrong.
[[nodiscard]] SafetensorsFile parse_safetensors(std::string_view bytes, std::string_view where);

// A file to be written: its header, then each tensor's bytes, which are not copied.
struct SafetensorsImage {
  std::string header;
  std::vector<std::string_view> tensor_bytes;

  // The bytes to write, in order; valid while this image and the tensors live.
  [[nodiscard]] std::vector<std::string_view> parts() const&;
  std::vector<std::string_view> parts() const&& = delete;
};

// Lays out a file: tensors with the widest elements first, so that each tensor is aligned, then by name. The bytes do
// not depend on the order of `tensors`.
// Throws: CheckpointError if a name occurs twice or is reserved, or bytes and shape disagree.
[[nodiscard]] SafetensorsImage make_safetensors(std::vector<TensorView> tensors, const Metadata& metadata);

}  // namespace myxtts::formats

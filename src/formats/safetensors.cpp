#include "formats/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>

#include "core/error.hpp"
#include "formats/strict_json.hpp"

namespace myxtts::formats {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors hold little-endian numbers");

using nlohmann::json;

constexpr std::string_view kMetadataKey = "__metadata__";
constexpr std::uint64_t kMaximumHeaderBytes = 100'000'000;  // the limit of the reference implementation

struct DTypeRow {
  DType dtype;
  std::string_view name;
  std::int64_t bytes;
};
constexpr std::array<DTypeRow, 10> kDTypes{{{DType::f64, "F64", 8},
                                            {DType::f32, "F32", 4},
                                            {DType::f16, "F16", 2},
                                            {DType::bf16, "BF16", 2},
                                            {DType::i64, "I64", 8},
                                            {DType::i32, "I32", 4},
                                            {DType::i16, "I16", 2},
                                            {DType::i8, "I8", 1},
                                            {DType::u8, "U8", 1},
                                            {DType::boolean, "BOOL", 1}}};

[[noreturn]] void fail(std::string_view where, const std::string& what, const std::string& value = {},
                       const std::string& expected = {}) {
  throw core::CheckpointError(
      core::ErrorDetails{what, std::string(where), value, expected, "The file is damaged or not a safetensors file"});
}

std::optional<std::int64_t> checked_product(std::int64_t a, std::int64_t b) {
  if (b != 0 && a > std::numeric_limits<std::int64_t>::max() / b) return std::nullopt;
  return a * b;
}

// The number of bytes of a shape; no value if the shape is invalid or the number overflows.
std::optional<std::int64_t> size_bytes(DType dtype, const std::vector<std::int64_t>& shape) {
  std::optional<std::int64_t> size = element_bytes(dtype);
  for (const std::int64_t extent : shape) {
    if (extent < 0) return std::nullopt;
    size = checked_product(*size, extent);
    if (!size) return std::nullopt;
  }
  return size;
}

json parse_header(std::string_view bytes, std::string_view where, std::size_t& data_begin) {
  std::uint64_t header_bytes = 0;
  if (bytes.size() < sizeof(header_bytes)) fail(where, "safetensors file is too short", std::to_string(bytes.size()));
  std::memcpy(&header_bytes, bytes.data(), sizeof(header_bytes));
  const std::uint64_t available = std::min<std::uint64_t>(bytes.size() - sizeof(header_bytes), kMaximumHeaderBytes);
  if (header_bytes > available) {
    fail(where, "safetensors header length is out of range", std::to_string(header_bytes),
         "at most " + std::to_string(available) + " bytes");
  }
  data_begin = sizeof(header_bytes) + header_bytes;
  try {
    json header = parse_strict_json(bytes.substr(sizeof(header_bytes), header_bytes));
    if (!header.is_object()) fail(where, "safetensors header is not an object", excerpt(header));
    return header;
  } catch (const JsonError& error) {
    fail(where, std::string("safetensors header: ") + error.what());
  }
}

Metadata read_metadata(const json& value, std::string_view where) {
  if (!value.is_object()) fail(where, "safetensors metadata is not an object", excerpt(value));
  Metadata metadata;
  for (const auto& [key, text] : value.items()) {
    if (!text.is_string()) fail(where, "safetensors metadata '" + key + "' is not a string", excerpt(text));
    metadata.emplace(key, text.get<std::string>());
  }
  return metadata;
}

// Reads a list of non-negative integers that fit into int64.
std::vector<std::int64_t> read_numbers(const json& entry, const char* key, const std::string& place) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_array()) fail(place, std::string("tensor has no list '") + key + "'");
  std::vector<std::int64_t> numbers;
  for (const json& number : *found) {
    constexpr auto kLimit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!number.is_number_unsigned() || number.get<std::uint64_t>() > kLimit) {
      fail(place, std::string("number in '") + key + "' is out of range", excerpt(number));
    }
    numbers.push_back(number.get<std::int64_t>());
  }
  return numbers;
}

DType read_dtype(const json& entry, const std::string& place) {
  const auto found = entry.find("dtype");
  if (found == entry.end() || !found->is_string()) fail(place, "tensor has no 'dtype'");
  const auto name = found->get<std::string>();
  const auto* row = std::ranges::find(kDTypes, std::string_view(name), &DTypeRow::name);
  if (row == kDTypes.end()) fail(place, "unknown dtype", name, "F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL");
  return row->dtype;
}

TensorView read_tensor(const std::string& name, const json& entry, std::string_view data, std::string_view where) {
  const std::string place = std::string(where) + ": " + name;
  if (!entry.is_object()) fail(place, "tensor's entry is not an object", excerpt(entry));
  const DType dtype = read_dtype(entry, place);
  std::vector<std::int64_t> shape = read_numbers(entry, "shape", place);
  const std::vector<std::int64_t> offsets = read_numbers(entry, "data_offsets", place);
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > static_cast<std::int64_t>(data.size())) {
    fail(place, "tensor's offsets are out of range", excerpt(entry["data_offsets"]),
         "begin <= end <= " + std::to_string(data.size()));
  }
  const std::int64_t length = offsets[1] - offsets[0];
  const std::optional<std::int64_t> expected = size_bytes(dtype, shape);
  if (expected != length) {
    fail(place, "tensor's bytes do not fit its shape",
         std::to_string(length) + " bytes, shape " + excerpt(entry["shape"]),
         expected ? std::to_string(*expected) + " bytes" : "a shape whose size can be counted");
  }
  return {name, dtype, std::move(shape),
          data.substr(static_cast<std::size_t>(offsets[0]), static_cast<std::size_t>(length))};
}

// Checks that every byte of the data belongs to exactly one tensor.
void check_coverage(const std::vector<TensorView>& tensors, std::string_view data, std::string_view where) {
  std::vector<const TensorView*> ordered;
  for (const TensorView& tensor : tensors) ordered.push_back(&tensor);
  std::ranges::sort(ordered, {}, [](const TensorView* tensor) {
    return std::pair(tensor->bytes.data(), tensor->bytes.data() + tensor->bytes.size());
  });
  const char* expected = data.data();
  for (const TensorView* tensor : ordered) {
    if (tensor->bytes.data() != expected) {
      fail(std::string(where) + ": " + tensor->name, "tensor overlaps another or leaves a hole",
           "begins at " + std::to_string(tensor->bytes.data() - data.data()),
           "begin at " + std::to_string(expected - data.data()));
    }
    expected += tensor->bytes.size();
  }
  const auto unused = data.data() + data.size() - expected;
  if (unused != 0) fail(where, "bytes after the last tensor", std::to_string(unused));
}

void check_writable(const std::vector<TensorView>& tensors) {
  std::vector<std::string_view> names;
  for (const TensorView& tensor : tensors) {
    names.push_back(tensor.name);
    if (tensor.name == kMetadataKey) fail(tensor.name, "a tensor has a reserved name");
    const std::optional<std::int64_t> expected = size_bytes(tensor.dtype, tensor.shape);
    if (expected != static_cast<std::int64_t>(tensor.bytes.size())) {
      fail(tensor.name, "tensor's bytes do not fit its shape", std::to_string(tensor.bytes.size()));
    }
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  if (twice != names.end()) fail(*twice, "a tensor's name occurs twice");
}

std::string finish_header(const nlohmann::ordered_json& header) {
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::exception& error) {
    throw core::CheckpointError(std::string("a name or metadata of a safetensors file is not UTF-8: ") + error.what());
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = text.size();
  std::string prefix(sizeof(length), '\0');
  std::memcpy(prefix.data(), &length, sizeof(length));
  return prefix + text;
}

}  // namespace

std::int64_t element_bytes(DType dtype) { return std::ranges::find(kDTypes, dtype, &DTypeRow::dtype)->bytes; }

std::string_view dtype_name(DType dtype) { return std::ranges::find(kDTypes, dtype, &DTypeRow::dtype)->name; }

const TensorView* SafetensorsFile::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(tensors, name, {}, &TensorView::name);
  return found != tensors.end() && found->name == name ? &*found : nullptr;
}

const TensorView& SafetensorsFile::at(std::string_view name) const {
  if (const TensorView* tensor = find(name)) return *tensor;
  std::vector<std::string> names;
  for (const TensorView& tensor : tensors) names.push_back(tensor.name);
  const std::string nearest = core::nearest_name(name, names);
  throw core::CheckpointError(core::ErrorDetails{
      "tensor is missing", std::string(name), {}, {}, nearest.empty() ? "" : "The nearest name is " + nearest});
}

SafetensorsFile parse_safetensors(std::string_view bytes, std::string_view where) {
  std::size_t data_begin = 0;
  const json header = parse_header(bytes, where, data_begin);
  const std::string_view data = bytes.substr(data_begin);
  SafetensorsFile file;
  for (const auto& [name, entry] : header.items()) {
    if (name == kMetadataKey) {
      file.metadata = read_metadata(entry, where);
    } else {
      file.tensors.push_back(read_tensor(name, entry, data, where));
    }
  }
  std::ranges::sort(file.tensors, {}, &TensorView::name);
  check_coverage(file.tensors, data, where);
  return file;
}

std::vector<std::string_view> SafetensorsImage::parts() const& {
  std::vector<std::string_view> parts{header};
  parts.insert(parts.end(), tensor_bytes.begin(), tensor_bytes.end());
  return parts;
}

SafetensorsImage make_safetensors(std::vector<TensorView> tensors, const Metadata& metadata) {
  check_writable(tensors);
  std::ranges::sort(tensors, {}, [](const TensorView& tensor) {
    return std::pair(-element_bytes(tensor.dtype), std::string_view(tensor.name));
  });
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[std::string(kMetadataKey)] = metadata;
  SafetensorsImage image;
  std::size_t offset = 0;
  for (const TensorView& tensor : tensors) {
    const std::size_t end = offset + tensor.bytes.size();
    header[tensor.name] = {
        {"dtype", dtype_name(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    image.tensor_bytes.push_back(tensor.bytes);
    offset = end;
  }
  image.header = finish_header(header);
  return image;
}

}  // namespace myxtts::formats

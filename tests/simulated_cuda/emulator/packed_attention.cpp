// Attention over packed rows, whose lengths are in offsets on the GPU: each row by the CPU's kernel, to the bit what it
// computes for the row alone.

#include <cmath>
#include <limits>
#include <tuple>

#include "simulated_cuda/emulator/computations.hpp"

namespace myxtts::simulated_cuda {
namespace {

constexpr std::int64_t kFromTopLeft = 1;  // a custom_mask_type: causal

struct Row {
  std::int64_t number;
  std::int64_t query_begin, query_end, key_begin, key_end;
};

// Where each row of a packed tensor begins, and the last one's end.
struct Offsets {
  Offsets(const c10::IValue& offsets, std::int64_t max_length) : max_length(max_length) {
    TORCH_CHECK(offsets.isTensor(), "attention over packed tensors: only with offsets of rows is it emulated");
    const at::Tensor& tensor = offsets.toTensor();
    TORCH_CHECK(tensor.scalar_type() == at::kInt && tensor.dim() == 1 && tensor.is_contiguous() && tensor.numel() > 1,
                "attention over packed rows: offsets must be of int32, [rows + 1], contiguous");
    values = {tensor.const_data_ptr<int>(), tensor.const_data_ptr<int>() + tensor.numel()};
  }

  // Of [N, ...]: the kernel would read beside the tensor, or miss a part of a row.
  void check(const at::Tensor& packed) const {
    TORCH_CHECK(values.front() == 0 && values.back() <= packed.size(0), "attention over packed rows: offsets from ",
                values.front(), " to ", values.back(), " for a tensor of ", packed.size(0), " positions");
    for (std::size_t i = 1; i < values.size(); ++i) {
      const std::int64_t length = values[i] - values[i - 1];
      TORCH_CHECK(0 <= length && length <= max_length, "attention over packed rows: a row of ", length,
                  " positions, where the max that the caller gave is ", max_length);
    }
  }

  std::vector<std::int64_t> values;
  std::int64_t max_length;
};

// [N, heads, width] -> [1, heads, length, width].
at::Tensor of_row(const at::Tensor& packed, std::int64_t begin, std::int64_t end) {
  return packed.slice(0, begin, end).unsqueeze(0).transpose(1, 2);
}

// [1, heads, length, width] into its place in [N, heads, width].
void put(const at::Tensor& packed, std::int64_t begin, const at::Tensor& row) {
  packed.slice(0, begin, begin + row.size(2)).copy_(row.transpose(1, 2).squeeze(0));
}

// What a GPU leaves undefined behind the last row.
at::Tensor undefined_like(const at::Tensor& tensor) {
  return at::full_like(tensor, std::numeric_limits<double>::quiet_NaN());
}

// Axes of query, key and value: [N, heads, width].
struct PackedAttention {
  at::Tensor query, key, value;
  Offsets queries, keys;
  double dropout = 0;
  bool causal = false;
  std::optional<double> scale;

  void check() const {
    TORCH_CHECK(query.dim() == 3 && key.dim() == 3 && value.dim() == 3 && query.stride(2) == 1 && key.stride(2) == 1 &&
                    value.stride(2) == 1 && query.size(2) * query.element_size() % 16 == 0,
                "attention over packed rows: query, key and value must be [positions, heads, width], with a width that "
                "is contiguous and a multiple of 16 bytes");
    TORCH_CHECK(queries.values.size() == keys.values.size(), "attention over packed rows: ", queries.values.size() - 1,
                " rows of queries, ", keys.values.size() - 1, " of keys");
    TORCH_CHECK(!causal || queries.values == keys.values,
                "attention over packed rows: causal is emulated where rows have as many queries as keys");
    TORCH_CHECK(dropout == 0, "attention over packed rows: dropout is not emulated");
    queries.check(query);
    keys.check(key);
  }

  // Calls function(row) for each row that has queries.
  template <typename Function>
  void for_each_row(const Function& function) const {
    for (std::size_t i = 1; i < queries.values.size(); ++i) {
      const Row row{static_cast<std::int64_t>(i - 1), queries.values[i - 1], queries.values[i], keys.values[i - 1],
                    keys.values[i]};
      if (row.query_begin < row.query_end) function(row);
    }
  }

  // Returns the output. log_sums(row): where the logarithms of its scores' sums go, [heads, length].
  template <typename LogSums>
  [[nodiscard]] at::Tensor forward(const LogSums& log_sums) const {
    check();
    at::Tensor output = undefined_like(query);
    for_each_row([&](const Row& row) {
      const auto [attended, sums] = at::_scaled_dot_product_flash_attention_for_cpu(
          of_row(query, row.query_begin, row.query_end), of_row(key, row.key_begin, row.key_end),
          of_row(value, row.key_begin, row.key_end), 0.0, causal, std::nullopt, scale);
      put(output, row.query_begin, attended);
      log_sums(row).copy_(sums.squeeze(0));
    });
    return output;
  }

  // Gradients of query, key and value. log_sums: as of forward().
  template <typename LogSums>
  [[nodiscard]] std::tuple<at::Tensor, at::Tensor, at::Tensor> backward(const at::Tensor& gradient,
                                                                        const at::Tensor& output,
                                                                        const LogSums& log_sums) const {
    check();
    std::tuple gradients{undefined_like(query), undefined_like(key), undefined_like(value)};
    for_each_row([&](const Row& row) {
      const auto of_query = [&](const at::Tensor& packed) { return of_row(packed, row.query_begin, row.query_end); };
      const auto of_key = [&](const at::Tensor& packed) { return of_row(packed, row.key_begin, row.key_end); };
      const auto [q, k, v] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
          of_query(gradient), of_query(query), of_key(key), of_key(value), of_query(output), log_sums(row).unsqueeze(0),
          0.0, causal, std::nullopt, scale);
      put(std::get<0>(gradients), row.query_begin, q);
      put(std::get<1>(gradients), row.key_begin, k);
      put(std::get<2>(gradients), row.key_begin, v);
    });
    return gradients;
  }
};

// Of flash attention: [heads, N].
auto flash_log_sums(const at::Tensor& all) {
  return [all](const Row& row) { return all.slice(1, row.query_begin, row.query_end); };
}

// Of memory-efficient attention: [rows, heads, max length].
auto efficient_log_sums(const at::Tensor& all) {
  return [all](const Row& row) { return all[row.number].slice(1, 0, row.query_end - row.query_begin); };
}

// A GPU has flash attention for these types alone.
void check_is_half(const at::Tensor& query) {
  TORCH_CHECK(query.scalar_type() == at::kBFloat16 || query.scalar_type() == at::kHalf,
              "FlashAttention only support fp16 and bf16 data type");
}

bool is_causal(const c10::IValue& mask_type) {
  TORCH_CHECK(mask_type.toInt() <= kFromTopLeft, "efficient attention: this custom_mask_type is not emulated");
  return mask_type.toInt() == kFromTopLeft;
}

void check_none(std::initializer_list<c10::IValue> values) {
  for (const c10::IValue& value : values) {
    TORCH_CHECK(value.isNone() || (value.isTensor() && !value.toTensor().defined()),
                "attention over packed rows: bias, windows and lengths of keys are not emulated");
  }
}

}  // namespace

// query, key, value, offsets of queries and keys, their max, dropout, causal, with mask; scale, window left and right,
// lengths of keys, slopes
void packed_flash_attention(Stack& s, const std::optional<at::Generator>&) {
  check_is_half(s[0].toTensor());
  check_none({s[11], s[12], s[13], s[14]});
  const PackedAttention attention{s[0].toTensor(),      s[1].toTensor(), s[2].toTensor(), {s[3], s[5].toInt()},
                                  {s[4], s[6].toInt()}, s[7].toDouble(), s[8].toBool(),   s[10].toOptional<double>()};
  const at::Tensor& query = attention.query;
  const at::Tensor log_sums = at::zeros({query.size(1), query.size(0)}, at::kFloat);
  const at::Tensor output = attention.forward(flash_log_sums(log_sums));
  s = {output, log_sums, at::zeros({2}, at::kUInt64), at::zeros({}, at::kUInt64), at::empty({0}, query.options())};
}

// gradient, query, key, value, output, log sums, offsets of queries and keys, their max, dropout, causal, seed, unused;
// scale, window left and right
void packed_flash_attention_backward(Stack& s, const std::optional<at::Generator>&) {
  check_is_half(s[1].toTensor());
  check_none({s[15], s[16]});
  const PackedAttention attention{s[1].toTensor(),      s[2].toTensor(),  s[3].toTensor(), {s[6], s[8].toInt()},
                                  {s[7], s[9].toInt()}, s[10].toDouble(), s[11].toBool(),  s[14].toOptional<double>()};
  auto [query, key, value] = attention.backward(s[0].toTensor(), s[4].toTensor(), flash_log_sums(s[5].toTensor()));
  s = {query, key, value};
}

// query, key, value, bias, offsets of queries and keys, their max, dropout, mask's type, with log sums; scale, lengths
// of keys, window. The tensors: [1, N, heads, width].
void packed_efficient_attention(Stack& s, const std::optional<at::Generator>&) {
  check_none({s[3], s[12], s[13]});
  const PackedAttention attention{s[0].toTensor().squeeze(0),
                                  s[1].toTensor().squeeze(0),
                                  s[2].toTensor().squeeze(0),
                                  {s[4], s[6].toInt()},
                                  {s[5], s[7].toInt()},
                                  s[8].toDouble(),
                                  is_causal(s[9]),
                                  s[11].toOptional<double>()};
  const auto rows = static_cast<std::int64_t>(attention.queries.values.size()) - 1;
  const std::int64_t padded_max = (attention.queries.max_length + 31) / 32 * 32;
  const at::Tensor log_sums = at::zeros({rows, attention.query.size(1), padded_max}, at::kFloat);
  const at::Tensor output = attention.forward(efficient_log_sums(log_sums)).unsqueeze(0);
  s = {output,
       s[10].toBool() ? log_sums : log_sums.slice(2, 0, 0),
       at::zeros({}, at::kLong),
       at::zeros({}, at::kLong),
       attention.queries.max_length,
       attention.keys.max_length};
}

// gradient, query, key, value, bias, output, offsets of queries and keys, their max, log sums, dropout, seed, offset,
// mask's type, gradient of bias wanted; scale, splits, window, shared storage
void packed_efficient_attention_backward(Stack& s, const std::optional<at::Generator>&) {
  check_none({s[4], s[18]});
  TORCH_CHECK(!s[19].toBool(), "efficient attention: gradients in a shared storage are not emulated");
  TORCH_CHECK(s[10].toTensor().size(2) > 0, "efficient attention: the forward pass was not asked for its log sums");
  const PackedAttention attention{s[1].toTensor().squeeze(0), s[2].toTensor().squeeze(0), s[3].toTensor().squeeze(0),
                                  {s[6], s[8].toInt()},       {s[7], s[9].toInt()},       s[11].toDouble(),
                                  is_causal(s[14]),           s[16].toOptional<double>()};
  auto [query, key, value] =
      attention.backward(s[0].toTensor().squeeze(0), s[5].toTensor().squeeze(0), efficient_log_sums(s[10].toTensor()));
  s = {query.unsqueeze(0), key.unsqueeze(0), value.unsqueeze(0), at::Tensor()};
}

}  // namespace myxtts::simulated_cuda

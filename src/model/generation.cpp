#include "model/generation.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

#include "architecture/voice_row.hpp"
#include "model/attention.hpp"

namespace myxtts::model {
namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("generation: " + what);
}

}  // namespace

Generation::Generation(const VoiceModel& model, const torch::Tensor& latents,
                       const std::vector<std::vector<std::int64_t>>& text_ids, std::int64_t max_steps)
    : model_(model), max_steps_(max_steps) {
  require(!model.is_training(), "the model is in training mode");
  require(!text_ids.empty() && latents.size(0) == static_cast<std::int64_t>(text_ids.size()),
          "there are not as many prompts as texts");
  require(max_steps <= architecture::kAudioPositions, "more steps than audio positions");
  for (const auto& ids : text_ids) {
    const auto length = static_cast<std::int64_t>(ids.size());
    require(length > 0 && length <= architecture::kTextPositions, "a text does not fit the text positions");
    prefix_ = std::max(prefix_, architecture::kLatents + length);
  }
  const torch::NoGradGuard no_gradient;
  mask_ = torch::zeros({latents.size(0), 1, 1, prefix_ + max_steps}, latents.options());
  read_prefixes(latents, text_ids);
  mask_ = mask_.to(keys_.front().scalar_type());
}

void Generation::read_prefixes(const torch::Tensor& latents, const std::vector<std::vector<std::int64_t>>& text_ids) {
  const auto integers = torch::dtype(torch::kInt64);
  std::vector<torch::Tensor> pieces;
  contracts::RowOffsets offsets{0};
  for (std::size_t row = 0; row < text_ids.size(); ++row) {
    const torch::Tensor ids = torch::tensor(text_ids[row], integers).to(latents.device());
    pieces.push_back(latents[static_cast<std::int64_t>(row)]);
    pieces.push_back(model_.embed_text(ids, torch::arange(ids.size(0), ids.options())));
    offsets.push_back(offsets.back() + architecture::kLatents + ids.size(0));
    const std::int64_t start = prefix_ - (offsets[row + 1] - offsets[row]);
    mask_[static_cast<std::int64_t>(row)].narrow(-1, 0, start).fill_(-std::numeric_limits<float>::infinity());
  }
  const AttentionRows seen{offsets, torch::tensor(offsets, torch::kInt32).to(latents.device())};
  const auto remember = [&](std::int64_t layer, const torch::Tensor& qkv) {
    remember_prefixes(layer, qkv, offsets);
    return causal_attention(qkv, model_.options().heads, seen);
  };
  (void)model_.trunk().forward(torch::cat(pieces), remember);
}

void Generation::remember_prefixes(std::int64_t layer, const torch::Tensor& qkv, const contracts::RowOffsets& offsets) {
  const std::int64_t heads = model_.options().heads;
  const torch::Tensor split = qkv.view({qkv.size(0), 3, heads, -1});
  const std::vector<std::int64_t> shape{rows(), heads, prefix_ + max_steps_, split.size(3)};
  for (auto* cache : {&keys_, &values_}) cache->push_back(torch::zeros(shape, qkv.options()));
  for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
    const std::int64_t length = offsets[row + 1] - offsets[row];
    const torch::Tensor tokens = split.narrow(0, offsets[row], length).permute({1, 2, 0, 3});
    const auto place = [&](const std::vector<torch::Tensor>& cache) {
      return cache[static_cast<std::size_t>(layer)][static_cast<std::int64_t>(row)].narrow(1, prefix_ - length, length);
    };
    place(keys_).copy_(tokens[1]);
    place(values_).copy_(tokens[2]);
  }
}

torch::Tensor Generation::step(const torch::Tensor& ids) {
  require(steps_ < max_steps_, "no room for another step");
  require(ids.dim() == 1 && ids.size(0) == rows(), "not one token a row");
  const torch::NoGradGuard no_gradient;
  const torch::Tensor embedded = model_.embed_audio(ids, torch::full_like(ids, steps_));
  const torch::Tensor hidden = model_.trunk().forward(
      embedded, [this](std::int64_t layer, const torch::Tensor& qkv) { return attend(layer, qkv); });
  ++steps_;
  return model_.audio_logits(model_.finish(hidden));
}

torch::Tensor Generation::attend(std::int64_t layer, const torch::Tensor& qkv) {
  const std::int64_t end = prefix_ + steps_;
  const auto parts = qkv.view({qkv.size(0), 3, model_.options().heads, 1, -1}).unbind(1);
  torch::Tensor& keys = keys_[static_cast<std::size_t>(layer)];
  torch::Tensor& values = values_[static_cast<std::size_t>(layer)];
  keys.narrow(2, end, 1).copy_(parts[1]);
  values.narrow(2, end, 1).copy_(parts[2]);
  return torch::scaled_dot_product_attention(parts[0], keys.narrow(2, 0, end + 1), values.narrow(2, 0, end + 1),
                                             mask_.narrow(3, 0, end + 1))
      .flatten(1);
}

void Generation::keep(const torch::Tensor& rows) {
  const torch::NoGradGuard no_gradient;
  const auto select = [&](torch::Tensor& cache) { cache = cache.index_select(0, rows); };
  std::ranges::for_each(keys_, select);
  std::ranges::for_each(values_, select);
  select(mask_);
}

}  // namespace myxtts::model

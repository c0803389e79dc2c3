#include "synthesis/decoding_batch.hpp"

#include <limits>
#include <span>
#include <utility>

namespace myxtts::synthesis {
namespace {

constexpr std::int64_t kStepsForStop = 1;  // STOP may follow the last code

std::vector<std::vector<std::int64_t>> text_rows(const std::vector<DecodingBatch::Part>& parts, TextMarks marks) {
  std::vector<std::vector<std::int64_t>> rows;
  for (const DecodingBatch::Part& part : parts) {
    auto& row = rows.emplace_back(1, marks.start);
    row.insert(row.end(), part.utterance->text.begin(), part.utterance->text.end());
    row.push_back(marks.stop);
  }
  return rows;
}

torch::Tensor to_tensor(const std::vector<std::int64_t>& values, torch::Device device) {
  return torch::tensor(values, torch::kInt64).to(device);
}

}  // namespace

DecodingBatch::DecodingBatch(const model::VoiceModel& model, const torch::Tensor& latents, std::vector<Part> parts,
                             TextMarks marks, const SpeakingOptions& options)
    : tokens_(model.options()),
      max_codes_(options.max_codes),
      sampler_(options.sampling),
      parts_(std::move(parts)),
      device_(latents.device()),
      generation_(model, latents.unsqueeze(0).expand({static_cast<std::int64_t>(parts_.size()), -1, -1}),
                  text_rows(parts_, marks), options.max_codes + kStepsForStop) {}

void DecodingBatch::speak() {
  do {
    const torch::Tensor logits = generation_.step(last_codes()).to(torch::kCPU, torch::kFloat32).contiguous();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i].is_speaking) hear(parts_[i], logits[static_cast<std::int64_t>(i)]);
    }
  } while (go_on());
}

torch::Tensor DecodingBatch::last_codes() const {
  std::vector<std::int64_t> codes;
  for (const Part& part : parts_) {
    codes.push_back(part.speech->codes.empty() ? tokens_.start_audio() : part.speech->codes.back());
  }
  return to_tensor(codes, device_);
}

void DecodingBatch::hear(Part& part, torch::Tensor logits) const {
  std::vector<std::int64_t>& codes = part.speech->codes;
  logits[tokens_.start_audio()].fill_(-std::numeric_limits<float>::infinity());  // START is never picked
  const std::span<const float> scores(logits.data_ptr<float>(), static_cast<std::size_t>(logits.numel()));
  const auto step = static_cast<std::int64_t>(codes.size());
  const std::int64_t code = sampler_.pick(scores, codes, part.utterance->index, step);
  part.speech->ended = code == tokens_.stop_audio();
  part.is_speaking = !part.speech->ended && step < max_codes_;
  if (part.is_speaking) codes.push_back(code);
}

bool DecodingBatch::go_on() {
  std::vector<std::int64_t> rows;
  std::vector<Part> speaking;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (!parts_[i].is_speaking) continue;
    rows.push_back(static_cast<std::int64_t>(i));
    speaking.push_back(parts_[i]);
  }
  // Removing rows copies all keys and values, which costs as much as a few steps: worth it once half of the rows have
  // ended.
  if (!rows.empty() && 2 * rows.size() <= parts_.size()) {
    generation_.keep(to_tensor(rows, device_));
    parts_ = std::move(speaking);
  }
  return !rows.empty();
}

}  // namespace myxtts::synthesis

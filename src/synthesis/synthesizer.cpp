#include "synthesis/synthesizer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "architecture/voice_row.hpp"
#include "contracts/batch.hpp"
#include "core/error.hpp"
#include "synthesis/decoding_batch.hpp"

namespace myxtts::synthesis {
namespace {

constexpr std::int64_t kMaxRows = 32;                        // with more rows, their ends are further apart
constexpr std::int64_t kCacheBytes = std::int64_t{2} << 30;  // of keys and values

void validate(std::span<const Utterance> utterances, const SpeakingOptions& options) {
  for (const Utterance& utterance : utterances) {
    if (static_cast<std::int64_t>(utterance.text.size()) <= kMaxTextTokens) continue;
    throw core::DataError(core::ErrorDetails{.what = "an utterance is too long to be spoken at once",
                                             .where = fmt::format("utterance {}", utterance.index),
                                             .value = fmt::format("{} text tokens", utterance.text.size()),
                                             .expected = fmt::format("at most {}", kMaxTextTokens),
                                             .advice = "Split the text."});
  }
  if (options.max_codes < 1 || options.max_codes > kMaxCodes) {
    throw core::ConfigError(core::ErrorDetails{.what = "the most codes of an utterance make no sense",
                                               .where = "max_codes",
                                               .value = fmt::format("{}", options.max_codes),
                                               .expected = fmt::format("1 to {}", kMaxCodes),
                                               .advice = ""});
  }
}

// Max number of utterances that are generated together: their keys and values stay within kCacheBytes.
std::ptrdiff_t rows_at_once(const model::VoiceModelOptions& options) {
  constexpr std::int64_t kTokens =
      architecture::kLatents + architecture::kTextPositions + architecture::kAudioPositions;
  constexpr auto kBytes = static_cast<std::int64_t>(sizeof(float));
  const std::int64_t bytes_of_row = 2 * options.layers * options.width * kTokens * kBytes;
  return std::clamp<std::int64_t>(kCacheBytes / bytes_of_row, 1, kMaxRows);
}

}  // namespace

Synthesizer::Synthesizer(std::shared_ptr<model::VoiceModel> model, std::shared_ptr<model::Codec> codec,
                         const torch::Tensor& mel_standard_deviation, TextMarks marks, torch::Device device)
    : model_(std::move(model)),
      decoder_(std::move(codec), mel_standard_deviation, device),
      marks_(marks),
      device_(device) {
  model_->eval();
}

Voice Synthesizer::make_voice(const std::vector<torch::Tensor>& prompts) const {
  if (prompts.empty()) throw core::DataError("a voice needs at least one reference clip");
  const torch::NoGradGuard no_gradient;
  std::vector<std::int64_t> offsets{0};
  for (const torch::Tensor& prompt : prompts) offsets.push_back(offsets.back() + prompt.size(0));
  const torch::Tensor latents = model_->latents(torch::cat(prompts).to(device_), offsets);
  return {latents.view({static_cast<std::int64_t>(prompts.size()), architecture::kLatents, -1}).mean(0)};
}

std::vector<Speech> Synthesizer::speak(std::span<const Utterance> utterances, const Voice& voice,
                                       const SpeakingOptions& options) const {
  validate(utterances, options);
  const torch::NoGradGuard no_gradient;
  std::vector<Speech> speeches(utterances.size());
  std::vector<DecodingBatch::Part> parts;
  for (std::size_t i = 0; i < utterances.size(); ++i) parts.push_back({&utterances[i], &speeches[i], true});
  // Texts of similar length end at similar times.
  std::ranges::stable_sort(parts, {}, [](const DecodingBatch::Part& part) { return part.utterance->text.size(); });
  const torch::Tensor latents = voice.latents.to(device_);
  for (auto first = parts.begin(); first != parts.end();) {
    const std::ptrdiff_t count = std::min(rows_at_once(model_->options()), parts.end() - first);
    DecodingBatch(*model_, latents, {first, first + count}, marks_, options).speak();
    first += count;
  }
  for (Speech& speech : speeches) speech.samples = decoder_.speak(speech.codes, options.speed);
  return speeches;
}

}  // namespace myxtts::synthesis

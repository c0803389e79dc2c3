#include "stages/plan/voice_plan.hpp"

#include <algorithm>
#include <cmath>

#include "architecture/model_options.hpp"
#include "architecture/parameter_count.hpp"
#include "architecture/speech.hpp"
#include "architecture/voice_row.hpp"
#include "config/model_options.hpp"
#include "stages/catalogue/voice.hpp"

namespace myxtts::stages {
namespace {

using architecture::kLatents;
using architecture::kMelBins;
using architecture::kPerceiverInner;
using architecture::kPerceiverLayers;
using architecture::kSampleRateHz;
using architecture::kSamplesPerCode;

constexpr std::int64_t kTextEnds = 1 + architecture::kTextStops;         // START and STOP
constexpr std::int64_t kAudioEnds = 1 + architecture::kAudioStopInputs;  // START and three STOPs
constexpr std::int64_t kInt64 = 8;
constexpr std::int64_t kInt32 = 4;

// Memory to encode the longest clip with the frozen codec: three of its widest activations, and distances to all codes.
std::int64_t encoding_workspace(const config::CodecSettings& codec, const DataShape& data) {
  const std::int64_t codes = frames_of(data.longest_seconds) / architecture::kFramesPerCode + 1;
  return codes * (3 * 2 * codec.hidden + 2 * codec.codes) * kFloatBytes;
}

std::int64_t cached_codes(const config::Settings& settings, const DataShape& data) {
  const double samples = static_cast<double>(data.clips) * data.mean_seconds * architecture::kSampleRateHz;
  const auto codes = static_cast<std::int64_t>(samples / architecture::kSamplesPerCode);
  return std::min(config::code_cache_mb(settings) * std::int64_t{1} << 20, codes * kInt64);
}

// Bytes per element. Matrix products and their inputs have the run's precision; sums, norms and losses are float32.
struct ElementBytes {
  std::int64_t product = kFloatBytes;
  std::int64_t sum = kFloatBytes;
  std::int64_t dropout = kFloatBytes;
};

// Per token: the inputs of both norms; the inputs of the products (outputs of two norms, qkv, each row's attention and
// their concatenation, the feed-forward layer before and after its GELU, 4 widths each); two dropouts.
std::int64_t trunk_kept(const config::Settings& settings, std::int64_t tokens, const ElementBytes& bytes) {
  const std::int64_t layer = 2 * bytes.sum + (2 + 3 + 2 + 8) * bytes.product + 2 * bytes.dropout;
  return tokens * settings.model.width * (settings.model.layers * layer + bytes.dropout);
}

// Per frame: each block's input in the layout of its group norm, the norm's output, qkv, attention; the perceiver's
// context, and in each of its layers context, keys and values.
std::int64_t conditioning_kept(const config::Settings& settings, const BatchShape& batch, const ElementBytes& bytes) {
  const std::int64_t width = settings.model.width;
  const std::int64_t block = settings.conditioning.width * (bytes.sum + (1 + 3 + 1) * bytes.product);
  const std::int64_t seen = width + 2 * kPerceiverInner;
  const std::int64_t frame = settings.conditioning.blocks * block + settings.conditioning.width * bytes.product +
                             kPerceiverLayers * seen * bytes.product;
  // Per latent, besides its context: queries and attention, two copies of the latent, the gate's halves, GELU, product.
  const std::int64_t latent =
      kPerceiverLayers * (seen + 2 * kPerceiverInner + 2 * width + 4 * architecture::perceiver_hidden(width));
  return batch.prompt_frames * frame + batch.rows * kLatents * latent * bytes.product;
}

class VoicePlan final : public StagePlan {
 public:
  [[nodiscard]] const StageEntry& entry() const override { return kVoice; }

  [[nodiscard]] std::int64_t planned_steps(const config::Settings& settings) const override {
    return settings.voice.steps;
  }

  void set_planned_steps(config::Settings& settings, std::int64_t steps) const override {
    settings.voice.steps = steps;
  }

  // 10 steps per clip, but at least 250 and at most the model size's usual length, in steps and in hours of speech.
  void plan_steps(config::Settings& settings, const config::EpochSize& epoch) const override {
    const config::UsualLength length = config::usual_length(settings.run.size);
    if (settings.voice.epochs > 0) {
      const std::int64_t batches = settings.voice.epochs * epoch.batches;
      settings.voice.steps = std::max<std::int64_t>(1, batches / settings.batch.accumulation);
    } else if (settings.voice.steps == 0) {
      const double steps_an_epoch =
          static_cast<double>(epoch.batches) / static_cast<double>(settings.batch.accumulation);
      const double in_time = length.max_voice_hours * 3600 / epoch.speech_seconds * steps_an_epoch;
      const double max = std::min(in_time, static_cast<double>(length.max_voice_steps));
      settings.voice.steps = std::llround(std::max(250.0, std::min(10 * std::round(epoch.clips), max)));
    }
  }

  [[nodiscard]] RoleForecast data_role(const config::Settings& settings, const DataShape& data) const override {
    const BatchShape shape = planned_batch(settings, data);
    const std::int64_t batch = voice_batch_bytes(shape);
    const architecture::CodecOptions codec = config::codec_options(settings.codec);
    const std::int64_t workspace = std::max(mel_workspace(settings, data), encoding_workspace(settings.codec, data));
    return {entry().weights(),
            {{"frozen codec", (codec_parameters(codec) + codec_buffers(codec)) * kFloatBytes},
             {"prefetch buffer", (settings.batch.buffer + kBatchesInHand) * batch},
             {"code cache", cached_codes(settings, data)},
             {"held-out batches", held_out_rows(settings, data) * (batch / shape.rows)},
             {"workspace", workspace}}};
  }

  [[nodiscard]] RoleForecast model_role(const config::Settings& settings, const DataShape& data,
                                        bool on_gpu) const override {
    const BatchShape shape = planned_batch(settings, data);
    const auto options = config::voice_model_options(settings, data.text_vocabulary);
    RoleForecast role{entry().weights(), trained_parts(voice_parameters(options), is_half_precision(settings))};
    add_step(role.parts, voice_step_memory(settings, shape, data.text_vocabulary, on_gpu), voice_batch_bytes(shape));
    return role;
  }
};

}  // namespace

const StagePlan& voice_plan() {
  static const VoicePlan plan;
  return plan;
}

BatchShape planned_batch(const config::Settings& settings, const DataShape& data) {
  const bool by_count = settings.batch.by == "count";
  const double seconds = by_count ? data.longest_seconds : data.mean_seconds;
  const double text = by_count ? data.longest_text_tokens : data.mean_text_tokens;
  BatchShape batch;
  batch.rows = settings.batch.size;
  batch.text_inputs = batch.rows * (std::lround(text) + kTextEnds);
  batch.audio_inputs = batch.rows * (std::lround(std::ceil(seconds * kSampleRateHz / kSamplesPerCode)) + kAudioEnds);
  batch.tokens = batch.text_inputs + batch.audio_inputs + batch.rows * kLatents;
  const double own_seconds = architecture::kMaxOwnPromptSeconds;
  const bool itself = settings.conditioning.prompt_from == "itself";
  batch.prompt_frames = batch.rows * frames_of(itself ? own_seconds : settings.conditioning.prompt_seconds);
  return batch;
}

std::int64_t voice_batch_bytes(const BatchShape& batch) {
  const std::int64_t inputs = batch.text_inputs + batch.audio_inputs;
  const std::int64_t targets = inputs - batch.rows;  // a text's STOP has no target
  // Ids and positions of the inputs; the packed order; row, target and weight of each target; the prompts; where each
  // row begins. Padding, where there is some, is at most 3 % and not counted.
  return inputs * 2 * kInt64 + batch.tokens * kInt64 + targets * (2 * kInt64 + kFloatBytes) +
         batch.prompt_frames * kMelBins * kFloatBytes + (batch.rows + 1) * kInt32;
}

StepMemory voice_step_memory(const config::Settings& settings, const BatchShape& batch, std::int64_t text_vocabulary,
                             bool on_gpu) {
  const std::int64_t width = settings.model.width;
  const ElementBytes bytes{is_half_precision(settings) ? 2 : kFloatBytes, kFloatBytes, on_gpu ? 1 : kFloatBytes};
  const std::int64_t logits = batch.text_inputs * text_vocabulary + batch.audio_inputs * (settings.codec.codes + 2);
  const std::int64_t finished = (batch.text_inputs + batch.audio_inputs) * width * 3;  // both last norms and the heads
  StepMemory memory;
  memory.kept = trunk_kept(settings, batch.tokens, bytes) + conditioning_kept(settings, batch, bytes) +
                (finished + logits) * kFloatBytes;
  // Gradients of the logits, or of a layer: feed-forward part before and after GELU, and residual stream.
  const std::int64_t layer = batch.tokens * width * 9 * bytes.product;
  const auto options = config::voice_model_options(settings, text_vocabulary);
  memory.working =
      std::max(2 * logits * kFloatBytes, layer) + architecture::largest_voice_matrix(options) * kFloatBytes;
  return memory;
}

}  // namespace myxtts::stages

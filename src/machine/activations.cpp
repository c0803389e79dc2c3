#include "machine/activations.hpp"

#include <algorithm>
#include <cmath>

#include "architecture/model_options.hpp"
#include "architecture/parameter_count.hpp"
#include "architecture/speech.hpp"
#include "architecture/voice_row.hpp"
#include "config/model_options.hpp"

namespace myxtts::machine {
namespace {

using architecture::kFramesPerCode;
using architecture::kHopSamples;
using architecture::kLatents;
using architecture::kMelBins;
using architecture::kPerceiverInner;
using architecture::kPerceiverLayers;
using architecture::kSampleRateHz;
using architecture::kSamplesPerCode;

constexpr std::int64_t kTextEnds = 1 + architecture::kTextStops;         // START and STOP
constexpr std::int64_t kAudioEnds = 1 + architecture::kAudioStopInputs;  // START and three STOPs
constexpr std::int64_t kFloat = 4;
constexpr std::int64_t kInt64 = 8;

// Bytes an element. Matrix products and what they read are in the run's precision; sums, norms and losses in float32.
struct ElementBytes {
  std::int64_t product = kFloat;
  std::int64_t sum = kFloat;
  std::int64_t dropout = kFloat;
};

// For a token: the inputs of both norms; what the products read (two norms' outputs, qkv, each row's attention and
// their concatenation, the feed-forward layer before and after its GELU, 4 widths each); two dropouts.
std::int64_t trunk_kept(const config::Settings& settings, std::int64_t tokens, const ElementBytes& bytes) {
  const std::int64_t layer = 2 * bytes.sum + (2 + 3 + 2 + 8) * bytes.product + 2 * bytes.dropout;
  return tokens * settings.model.width * (settings.model.layers * layer + bytes.dropout);
}

// For a frame: each block's input laid out for its group norm, the norm's output, qkv, attention; then the context of
// the perceiver, and in each of its layers context, keys and values.
std::int64_t conditioning_kept(const config::Settings& settings, const BatchShape& batch, const ElementBytes& bytes) {
  const std::int64_t width = settings.model.width;
  const std::int64_t block = settings.conditioning.width * (bytes.sum + (1 + 3 + 1) * bytes.product);
  const std::int64_t seen = width + 2 * kPerceiverInner;
  const std::int64_t frame = settings.conditioning.blocks * block + settings.conditioning.width * bytes.product +
                             kPerceiverLayers * seen * bytes.product;
  // Beside its context a latent keeps: queries and attention, twice itself, the gate's halves, GELU and product.
  const std::int64_t latent =
      kPerceiverLayers * (seen + 2 * kPerceiverInner + 2 * width + 4 * architecture::perceiver_hidden(width));
  return batch.prompt_frames * frame + batch.rows * kLatents * latent * bytes.product;
}

}  // namespace

bool is_half_precision(const config::Settings& settings) {
  return settings.run.precision == "bf16" || settings.run.precision == "fp16";
}

std::int64_t frames_of(double seconds) { return static_cast<std::int64_t>(seconds * kSampleRateHz) / kHopSamples + 1; }

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
  const std::int64_t targets = inputs - batch.rows;  // nothing follows a text's STOP
  // Ids and positions of the inputs, the packed order; row, target and weight of each target; the prompts.
  return inputs * 2 * kInt64 + batch.tokens * kInt64 + targets * (2 * kInt64 + kFloat) +
         batch.prompt_frames * kMelBins * kFloat;
}

std::int64_t codec_batch_bytes(const config::CodecSettings& codec) {
  return codec.batch_size * codec.crop_frames * (kMelBins + 1) * kFloat;
}

StepMemory voice_step_memory(const config::Settings& settings, const BatchShape& batch, std::int64_t text_vocabulary,
                             bool on_gpu) {
  const std::int64_t width = settings.model.width;
  const ElementBytes bytes{is_half_precision(settings) ? 2 : kFloat, kFloat, on_gpu ? 1 : kFloat};
  const std::int64_t logits = batch.text_inputs * text_vocabulary + batch.audio_inputs * (settings.codec.codes + 2);
  const std::int64_t finished = (batch.text_inputs + batch.audio_inputs) * width * 3;  // both last norms and the heads
  StepMemory memory;
  memory.kept = trunk_kept(settings, batch.tokens, bytes) + conditioning_kept(settings, batch, bytes) +
                (finished + logits) * kFloat;
  // Either the logits' gradients, or those of a layer: the feed-forward part before and after GELU, and the stream's.
  const std::int64_t layer = batch.tokens * width * 9 * bytes.product;
  const auto options = config::voice_model_options(settings, text_vocabulary);
  memory.working = std::max(2 * logits * kFloat, layer) + architecture::largest_voice_matrix(options) * kFloat;
  return memory;
}

StepMemory codec_step_memory(const config::Settings& settings) {
  const config::CodecSettings& codec = settings.codec;
  const std::int64_t frames = codec.batch_size * codec.crop_frames;
  const std::int64_t codes = frames / kFramesPerCode;
  const std::int64_t inner = 2 * codec.hidden;
  const std::int64_t encoder = frames / 2 * codec.hidden + codes * inner * (1 + 3 * codec.blocks);
  const std::int64_t decoder = codes * inner * (1 + 3 * codec.blocks) +  // then each upsampling's input and output
                               frames / 2 * 2 * inner + frames * (inner + codec.hidden);
  const std::int64_t losses = codes * codec.dimensions * 4 + frames * kMelBins * 3;
  const std::int64_t search = codec.codebook_vectors * (codec.codes * 2 + codec.dimensions);  // for the first codes
  StepMemory memory;
  memory.kept = (encoder + decoder + losses) * kFloat;
  // The search comes when nothing is kept any more.
  const std::int64_t backward = std::max(2 * frames * inner, codes * codec.codes * 2) * kFloat;
  const std::int64_t gathered =
      codec.codebook_vectors * kFramesPerCode * kMelBins * kFloat;  // mels, for the first codes
  memory.working = std::max(backward, search * kFloat - memory.kept) + gathered;
  return memory;
}

}  // namespace myxtts::machine

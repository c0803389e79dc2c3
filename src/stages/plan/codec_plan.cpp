#include "stages/plan/codec_plan.hpp"

#include <algorithm>

#include "architecture/parameter_count.hpp"
#include "architecture/speech.hpp"
#include "config/model_options.hpp"
#include "stages/catalogue/codec.hpp"

namespace myxtts::stages {
namespace {

class CodecPlan final : public StagePlan {
 public:
  [[nodiscard]] const StageEntry& entry() const override { return kCodec; }

  [[nodiscard]] std::int64_t planned_steps(const config::Settings& settings) const override {
    return settings.codec.steps;
  }

  void set_planned_steps(config::Settings& settings, std::int64_t steps) const override {
    settings.codec.steps = steps;
  }

  void plan_steps(config::Settings& settings, const config::EpochSize&) const override {
    if (settings.codec.steps == 0) settings.codec.steps = config::usual_length(settings.run.size).codec_steps;
  }

  [[nodiscard]] RoleForecast data_role(const config::Settings& settings, const DataShape& data) const override {
    const std::int64_t batch = codec_batch_bytes(settings.codec);
    const std::int64_t row = batch / settings.codec.batch_size;
    return {entry().weights(),
            {{"prefetch buffer", (settings.batch.buffer + kBatchesInHand) * batch},
             {"held-out batches", held_out_rows(settings, data) * row},
             {"workspace", mel_workspace(settings, data)}}};
  }

  [[nodiscard]] RoleForecast model_role(const config::Settings& settings, const DataShape&, bool) const override {
    const architecture::CodecOptions codec = config::codec_options(settings.codec);
    RoleForecast role{entry().weights(), trained_parts(codec_parameters(codec), is_half_precision(settings))};
    role.parts.push_back({"codebook", codec_buffers(codec) * kFloatBytes});
    add_step(role.parts, codec_step_memory(settings), codec_batch_bytes(settings.codec));
    return role;
  }
};

}  // namespace

const StagePlan& codec_plan() {
  static const CodecPlan plan;
  return plan;
}

std::int64_t codec_batch_bytes(const config::CodecSettings& codec) {
  return codec.batch_size * codec.crop_frames * (architecture::kMelBins + 1) * kFloatBytes;
}

StepMemory codec_step_memory(const config::Settings& settings) {
  const config::CodecSettings& codec = settings.codec;
  const std::int64_t frames = codec.batch_size * codec.crop_frames;
  const std::int64_t codes = frames / architecture::kFramesPerCode;
  const std::int64_t inner = 2 * codec.hidden;
  const std::int64_t encoder = frames / 2 * codec.hidden + codes * inner * (1 + 3 * codec.blocks);
  const std::int64_t decoder = codes * inner * (1 + 3 * codec.blocks) +  // plus input and output of each upsampling
                               frames / 2 * 2 * inner + frames * (inner + codec.hidden);
  const std::int64_t losses = codes * codec.dimensions * 4 + frames * architecture::kMelBins * 3;
  const std::int64_t search = codec.codebook_vectors * (codec.codes * 2 + codec.dimensions);  // k-means
  StepMemory memory;
  memory.kept = (encoder + decoder + losses) * kFloatBytes;
  // k-means runs after the memory in `kept` has been freed.
  const std::int64_t backward = std::max(2 * frames * inner, codes * codec.codes * 2) * kFloatBytes;
  const std::int64_t gathered = codec.codebook_vectors * architecture::kFramesPerCode * architecture::kMelBins *
                                kFloatBytes;  // mels, for k-means
  memory.working = std::max(backward, search * kFloatBytes - memory.kept) + gathered;
  return memory;
}

}  // namespace myxtts::stages

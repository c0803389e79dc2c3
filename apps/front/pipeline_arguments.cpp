#include "front/pipeline_arguments.hpp"

#include <fmt/format.h>

#include <utility>

#include "config/presets.hpp"
#include "core/error.hpp"
#include "front/values.hpp"

namespace myxtts::front {
namespace {

constexpr std::int64_t kBatchWithGpuFlags = 32;

std::vector<SettingFlag> with_shared_flags(std::vector<SettingFlag> flags) {
  const std::vector<SettingFlag> shared = {
      {"--max-rejected", "SHARE", "data.max_rejected", "clips that may be rejected, as 0.05 or 5%; default {}", "Data"},
      {"--num-workers", "THREADS", "data.workers", "that decode; default {}", "Data"},
      {"--batch-size", "CLIPS", "batch.size",
       "as much as so many of mean length; default: the size's, 32 with GPU flags and no --model-size", "Training"},
      {"--grad-accum", "BATCHES", "batch.accumulation", "in an optimiser step; default: the size's", "Training"},
      {"--seed", "NUMBER", "run.seed", "of every random draw; default {}", "Training"},
      {"--codec", "CHECKPOINT", "run.codec", "a trained codec; default: a new one", "Training"},
      {"--precision", "PRECISION", "run.precision",
       "of the model role: bf16 (default on a GPU that has it), fp32 (default elsewhere), tf32 (on a CPU as fp32), "
       "fp16",
       "Training"},
      {"--deterministic", "", "run.deterministic",
       "the same bits in every run on a GPU too, slower; on a CPU they are the same anyway", "Training"},
      {"--threads", "THREADS", "run.threads", "of the model role; default: {}, every core", "Pipeline"},
      {"--verify-transfer", "", "transfer.verify", "a checksum of each batch on both sides; what differs is sent again",
       "Pipeline"},
  };
  flags.insert(flags.end(), shared.begin(), shared.end());
  return flags;
}

}  // namespace

PipelineArguments::PipelineArguments(CLI::App& app, std::vector<SettingFlag> own_flags)
    : settings(app, with_shared_flags(std::move(own_flags))) {
  app.add_option("--model-size", size, "tiny (default on a CPU), small, normal (default on a GPU), big or xtts-v2")
      ->type_name("SIZE")
      ->check(not_empty())
      ->group("Training");
  devices.declare_two_roles(app);
}

config::Settings PipelineArguments::preset(const machine::DevicePlan& plan) const {
  config::Settings named;
  named.run.size.clear();
  settings.apply(named);
  if (!size.empty() && !named.run.size.empty() && size != named.run.size) {
    throw core::UsageError({.what = "model sizes that contradict each other",
                            .where = "--model-size",
                            .value = size,
                            .expected = fmt::format("run.size = '{}', as --config or --set has it", named.run.size),
                            .advice = "Leave one of them out."});
  }
  const std::string chosen = size.empty() ? named.run.size : size;
  config::Settings result = config::preset(!chosen.empty() ? chosen : plan.uses_gpu() ? "normal" : "tiny");
  if (size.empty() && devices.options().names_a_gpu()) result.batch.size = kBatchWithGpuFlags;
  return result;
}

config::Settings PipelineArguments::resolve(const machine::DevicePlan& plan) const {
  config::Settings result = preset(plan);
  settings.apply(result);
  return result;
}

bool PipelineArguments::fits_micro_batch(const config::Settings& resolved, const machine::DevicePlan& plan) const {
  config::Settings named;
  named.batch.size = named.batch.accumulation = 0;
  settings.apply(named);
  return plan.uses_gpu() && resolved.batch.accumulation > 1 && named.batch.size == 0 && named.batch.accumulation == 0;
}

void PipelineArguments::validate(const config::Settings& resolved, bool from_file) const {
  try {
    config::validate(resolved);
  } catch (const core::ConfigError& error) {
    if (from_file || !settings.config_file().empty()) throw;
    throw core::UsageError(error.what());
  }
}

}  // namespace myxtts::front

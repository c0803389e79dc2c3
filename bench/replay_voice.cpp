// How much of the voice stage's speed the data role costs: training from the live pipeline, in its first epoch (the
// data role must make every code) and in a later one (they are cached), against training on the same batches from
// memory, in turns.

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "config/fields.hpp"
#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "system/pipeline.hpp"
#include "system/speech.hpp"
#include "system/wiring.hpp"

namespace {

using namespace myxtts;
using device::Role;

constexpr int kRounds = 3;
constexpr std::int64_t kWarmupSteps = 5;
constexpr std::int64_t kMatrixSize = 1024;

struct Arguments {
  std::string checkpoint;
  std::string data;
  std::int64_t steps = 60;
  std::int64_t threads = static_cast<std::int64_t>(std::thread::hardware_concurrency());
};

Arguments parse(const std::vector<std::string>& words) {
  Arguments arguments;
  std::vector<std::string> places;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_flag = words[i] == "--steps" || words[i] == "--threads";
    if (is_flag && i + 1 < words.size()) {
      (words[i] == "--steps" ? arguments.steps : arguments.threads) = std::stoll(words[i + 1]);
      ++i;
    } else {
      places.push_back(words[i]);
    }
  }
  if (places.size() != 2 || arguments.steps < 2 || arguments.threads < 1) {
    throw core::UsageError("usage: replay_voice CHECKPOINT_OR_RUN DATA_FOLDER [--steps 60] [--threads N]");
  }
  arguments.checkpoint = places[0];
  arguments.data = places[1];
  return arguments;
}

// Units: GFLOP/s, float32, the best of several.
double matrix_rate() {
  const torch::Tensor a = torch::rand({kMatrixSize, kMatrixSize});
  const torch::Tensor b = torch::rand({kMatrixSize, kMatrixSize});
  double best_seconds = std::numeric_limits<double>::max();
  for (int i = 0; i < 10; ++i) {
    const core::Stopwatch watch;
    const torch::Tensor product = torch::mm(a, b);
    best_seconds = std::min(best_seconds, watch.seconds());
  }
  return 2e-9 * std::pow(kMatrixSize, 3) / best_seconds;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double variation(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / count) / mean;
}

// Batches from memory, as if each had just come from the lane.
class Replay final : public contracts::BatchSource {
 public:
  explicit Replay(const std::vector<contracts::Batch>& batches) : batches_(batches) {}
  std::optional<contracts::DeviceBatch> next() override {
    if (next_ == batches_.size()) return std::nullopt;
    contracts::DeviceBatch batch;
    batch.batch = batches_[next_++];
    return batch;
  }
  std::int64_t buffered() const override { return static_cast<std::int64_t>(batches_.size() - next_); }

 private:
  const std::vector<contracts::Batch>& batches_;
  std::size_t next_ = 0;
};

// What some steps took, those of the warm-up left out.
struct Timing {
  std::vector<double> step_seconds;  // with the wait for data
  double audio_seconds = 0;
  double stall_seconds = 0;

  [[nodiscard]] double seconds() const { return std::accumulate(step_seconds.begin(), step_seconds.end(), 0.0); }
  [[nodiscard]] double rate() const { return audio_seconds / seconds(); }
  [[nodiscard]] double stall_share() const { return stall_seconds / seconds(); }
};

Timing train(contracts::Learner& learner, contracts::BatchSource& source, std::int64_t steps) {
  Timing timing;
  for (std::int64_t step = 1; step <= kWarmupSteps + steps; ++step) {
    const core::Stopwatch watch;
    double audio_seconds = 0;
    double stall_seconds = 0;
    for (std::int64_t micro = 0, micro_steps = 1; micro < micro_steps; ++micro) {
      const core::Stopwatch wait;
      std::optional<contracts::DeviceBatch> batch = source.next();
      stall_seconds += wait.seconds();
      if (!batch) throw std::logic_error("the batches ended before the steps");
      micro_steps = batch->batch.header.micro_steps;
      audio_seconds += batch->batch.header.audio_seconds;
      learner.accumulate(*batch);
      batch->lease.release();
    }
    (void)learner.update(step);
    if (step <= kWarmupSteps) continue;
    timing.step_seconds.push_back(watch.seconds());
    timing.audio_seconds += audio_seconds;
    timing.stall_seconds += stall_seconds;
  }
  return timing;
}

// The voice stage of a trained run, to be trained anew from its first step.
class VoiceStage {
 public:
  explicit VoiceStage(const Arguments& arguments) : state_(system::load_checkpoint(arguments.checkpoint)) {
    config::load_toml(settings_, state_.documents.at("config.toml"), "config.toml");
    settings_.run.threads = arguments.threads;
    settings_.data.train = arguments.data;
    settings_.data.validation.clear();
    settings_.validation.max_clips = 0;
    steps_ = arguments.steps;
    device::RuntimeOptions options;
    options.data_threads = static_cast<int>(settings_.run.data_threads);
    options.model_threads = static_cast<int>(settings_.run.threads);
    runtime_ = device::make_runtime(options);
    clips_ = system::load_training_data(settings_, state_.documents.at("tokenizer.json"), console_);
  }

  [[nodiscard]] std::int64_t planned_steps() const { return settings_.voice.steps; }

  // Nothing is cached in it yet.
  [[nodiscard]] system::StageData data() { return system::voice_data(run(), state_, *runtime_); }

  // Each with a new model.
  [[nodiscard]] Timing train_from_pipeline(const system::StageData& data) {
    const auto session = runtime_->enter(Role::kModel);
    const auto learner = system::new_voice_learner(run(), *runtime_);
    device::SpanRecorder spans(*runtime_);
    system::Pipeline pipeline(
        *runtime_, *data.training, [&](std::uint64_t sequence) { return data.schedule->at(sequence); },
        pipeline_options(std::numeric_limits<std::uint32_t>::max()), spans);
    return train(*learner, pipeline, steps_);
  }

  [[nodiscard]] Timing train_from_memory(const std::vector<contracts::Batch>& batches) {
    const auto session = runtime_->enter(Role::kModel);
    const auto learner = system::new_voice_learner(run(), *runtime_);
    Replay replay(batches);
    return train(*learner, replay, steps_);
  }

  // The batches that the pipeline gives, copied to memory of the model role; `data` has cached their codes then.
  [[nodiscard]] std::vector<contracts::Batch> record(const system::StageData& data) {
    const auto session = runtime_->enter(Role::kModel);
    const auto count = static_cast<std::uint64_t>((kWarmupSteps + steps_) * data.schedule->at(0).micro_steps);
    device::SpanRecorder spans(*runtime_);
    system::Pipeline pipeline(
        *runtime_, *data.training, [&](std::uint64_t sequence) { return data.schedule->at(sequence); },
        pipeline_options(count), spans);
    std::vector<contracts::Batch> batches;
    while (auto moved = pipeline.next()) {
      batches.push_back(moved->batch);
      contracts::for_each_tensor(batches.back(), [](torch::Tensor& tensor) { tensor = tensor.clone(); });
      moved->lease.release();
    }
    return batches;
  }

 private:
  [[nodiscard]] system::RunData run() const {
    const auto& statistics = state_.weights.at("mel_statistics");  // sorted by name: deviation, mean
    return {settings_, clips_, {statistics.at(1).second, statistics.at(0).second}};
  }

  [[nodiscard]] system::PipelineOptions pipeline_options(std::uint64_t end_sequence) const {
    system::PipelineOptions options;
    options.workers = settings_.data.workers;
    options.buffer = settings_.batch.buffer;
    options.start_delay_seconds = settings_.run.start_delay_seconds;
    options.end_sequence = end_sequence;
    return options;
  }

  contracts::TrainState state_;
  config::Settings settings_;
  std::int64_t steps_ = 0;
  core::Console console_;
  std::unique_ptr<device::DeviceRuntime> runtime_;
  system::TrainingData clips_;
};

void print(const std::string& source, const Timing& timing) {
  fmt::print("{:<12} {:8.2f} audio s/s   step {:7.1f} ms, variation {:5.1f} %   waited for data {:5.2f} %\n", source,
             timing.rate(), 1e3 * timing.seconds() / static_cast<double>(timing.step_seconds.size()),
             100 * variation(timing.step_seconds), 100 * timing.stall_share());
}

// The rate of the run's whole plan, the first epoch and the later ones each at their own.
double rate_of_run(const VoiceStage& stage, const system::StageData& data, double first_rate, double later_rate) {
  const auto steps = static_cast<double>(stage.planned_steps() * data.schedule->at(0).micro_steps);
  const double first = std::min(steps, static_cast<double>(data.schedule->batches_in_epoch(0)));
  return steps / (first / first_rate + (steps - first) / later_rate);
}

void measure(const Arguments& arguments) {
  torch::set_num_threads(static_cast<int>(arguments.threads));
  fmt::print("float32 matrices: {:.1f} GFLOP/s on {} threads\n", matrix_rate(), arguments.threads);
  VoiceStage stage(arguments);
  const system::StageData cached = stage.data();
  const std::vector<contracts::Batch> batches = stage.record(cached);
  std::vector<double> first_rates;
  std::vector<double> later_rates;
  std::vector<double> replay_rates;
  const auto note = [](const char* source, const Timing& timing, std::vector<double>& rates) {
    print(source, timing);
    rates.push_back(timing.rate());
  };
  for (int round = 0; round < kRounds; ++round) {
    note("first epoch", stage.train_from_pipeline(stage.data()), first_rates);
    note("later epoch", stage.train_from_pipeline(cached), later_rates);
    note("replay", stage.train_from_memory(batches), replay_rates);
  }
  const double first = median(first_rates);
  const double later = median(later_rates);
  const double replayed = median(replay_rates);
  const double whole = rate_of_run(stage, cached, first, later);
  fmt::print("medians: first epoch {:.2f}, later epoch {:.2f}, replay {:.2f} audio s/s\n", first, later, replayed);
  fmt::print("of the replay: first epoch {:.3f}, later epoch {:.3f}, the run's {} steps {:.3f}\n", first / replayed,
             later / replayed, stage.planned_steps(), whole / replayed);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(parse({argv + 1, argv + argc}));
    return 0;
  } catch (const core::Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return error.exit_code();
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}

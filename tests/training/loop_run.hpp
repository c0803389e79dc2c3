#pragma once
// A training loop over a learner and a source that note what is asked of them.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "core/error.hpp"
#include "device/manual_clock.hpp"
#include "training/training_loop.hpp"

namespace myxtts::training::test {

using std::chrono_literals::operator""ms;

// Notes what it is told; a step's loss is its number.
class FakeLearner final : public contracts::Learner {
 public:
  void accumulate(const contracts::DeviceBatch& batch) override {
    const device::MeasuredPart part(spans, "forward", batch.batch.header.sequence, device::Stream::kModel);
    seen.push_back(batch.batch.header.sequence);
    if (failure != nullptr && seen.size() == 4) throw std::runtime_error(failure);
  }
  contracts::PendingStep update(std::int64_t step) override {
    const device::MeasuredPart part(spans, "optimiser", static_cast<std::uint64_t>(step), device::Stream::kModel);
    ++updates;
    const float refused = step > first_refused && step <= first_refused + refused_steps ? 1.0F : 0.0F;
    return {torch::tensor({static_cast<float>(step), 0.5F, refused}), {"loss", "grad_norm", "found_inf"}, 1e-3};
  }
  core::Losses evaluate(const contracts::DeviceBatch&) override { return {}; }
  core::Losses combine(const core::Losses& sums) const override { return sums; }
  void save(contracts::TrainState&) const override {}
  void load(const contracts::TrainState&) override {}
  void load_weights(const contracts::TrainState&) override {}
  std::vector<torch::Tensor> trained_parameters() const override { return {}; }

  std::vector<std::uint64_t> seen;
  std::int64_t updates = 0;
  std::int64_t first_refused = std::numeric_limits<std::int64_t>::max() / 2;  // refuses the steps behind this one
  std::int64_t refused_steps = 0;
  const char* failure = nullptr;  // of the fourth batch
  device::SpanRecorder* spans = nullptr;
};

// A source with `batches` micro-batches, `micro_steps` of them a step.
class FakeSource final : public contracts::BatchSource {
 public:
  explicit FakeSource(std::uint64_t batches, std::int64_t micro_steps = 1)
      : batches_(batches), micro_steps_(micro_steps) {}

  std::optional<contracts::DeviceBatch> next() override {
    if (sequence_ == batches_) return std::nullopt;
    if (sequence_ == broken_from) throw core::DataError("a recording is gone");
    if (on_next) on_next(sequence_);
    {
      const device::MeasuredPart whole(spans, "prepare", sequence_, device::Stream::kData);
      const device::MeasuredPart part(spans, "mel", sequence_, device::Stream::kData);
    }
    { const device::MeasuredPart part(spans, "transfer", sequence_, device::Stream::kTransfer); }
    contracts::DeviceBatch next{{}, contracts::SlotLease([this] { ++released; })};
    contracts::BatchHeader& header = next.batch.header;
    header.sequence = sequence_++;
    header.epoch = static_cast<std::int64_t>(header.sequence) / 4;
    header.micro_steps = micro_steps_;
    header.micro_step = static_cast<std::int64_t>(header.sequence) % micro_steps_;
    header.audio_seconds = 1.5;
    header.broken_rows = broken_rows;
    header.positions = 100;
    header.real_positions = 80;
    return next;
  }
  std::int64_t buffered() const override { return static_cast<std::int64_t>(batches_ - sequence_); }

  std::function<void(std::uint64_t sequence)> on_next;
  std::optional<std::uint64_t> broken_from;  // throws in place of this batch
  std::int64_t broken_rows = 0;              // of each batch
  int released = 0;
  device::SpanRecorder* spans = nullptr;

 private:
  std::uint64_t batches_;
  std::int64_t micro_steps_;
  std::uint64_t sequence_ = 0;
};

struct Saved {
  contracts::StageProgress progress;
  bool is_best = false;
};

class LoopRun : public ::testing::Test, public core::TrainingObserver {
 protected:
  void on_spans(std::span<const core::Span> spans) override { seen_.insert(seen_.end(), spans.begin(), spans.end()); }
  void on_step(const core::StepReport& report) override {
    reports_.push_back(report);
    updates_at_report_.push_back(learner_.updates);
  }
  void on_validation(const core::ValidationReport& report) override { validations_.push_back(report); }
  void on_end(const core::RunReport&) override { ++ends_; }

  core::RunReport run(contracts::BatchSource& source, const LoopOptions& options) {
    LoopServices services;
    services.save = [this](const contracts::StageProgress& now, bool is_best) { saved_.push_back({now, is_best}); };
    services.stop_requested = [this] { return stop_after_ > 0 && learner_.updates >= stop_after_; };
    if (!losses_.empty()) {
      services.validate = [this] { return core::Losses{{"loss", losses_.at(validations_.size())}}; };
    }
    services.observers = {this};
    services.spans = &spans_;
    return TrainingLoop(runtime_, learner_, source, options, std::move(services)).run(progress_);
  }

  core::RunReport run(contracts::BatchSource& source, std::int64_t last_step) {
    LoopOptions options;
    options.stage = "voice";
    options.last_step = last_step;
    return run(source, options);
  }

  [[nodiscard]] std::vector<std::int64_t> saved_steps() const {
    std::vector<std::int64_t> steps;
    for (const Saved& saved : saved_) steps.push_back(saved.progress.step);
    return steps;
  }

  [[nodiscard]] std::vector<std::int64_t> validated_steps() const {
    std::vector<std::int64_t> steps;
    for (const core::ValidationReport& report : validations_) steps.push_back(report.step);
    return steps;
  }

  static LoopOptions options(std::int64_t last_step, std::int64_t checkpoints, std::int64_t validations,
                             std::int64_t patience = 0) {
    return {.stage = "voice",
            .last_step = last_step,
            .checkpoint_interval = checkpoints,
            .validation_interval = validations,
            .patience = patience};
  }

  // Of what the observer was told: a part's time over batches (or steps) `first` to `last`. Units: ms.
  [[nodiscard]] double told_ms(std::string_view part, std::uint64_t first, std::uint64_t last) const {
    double sum = 0;
    for (const core::Span& span : seen_) {
      if (span.part == part && first <= span.sequence && span.sequence <= last) sum += 1e3 * span.seconds();
    }
    return sum;
  }

  // The next batches keep the training waiting for as long, beside what their parts take.
  void delay(FakeSource& source, std::map<std::uint64_t, std::chrono::milliseconds> delays) {
    source.on_next = [this, delays = std::move(delays)](std::uint64_t sequence) {
      if (const auto found = delays.find(sequence); found != delays.end()) clock_.advance(found->second);
    };
  }

  const std::unique_ptr<device::DeviceRuntime> cpu_ = device::make_cpu_runtime({});
  device::ManualClock clock_;
  device::ManualClockRuntime runtime_{*cpu_, clock_};
  device::PlantedRecorder spans_{
      runtime_, clock_, {{"mel", 2ms}, {"transfer", 1ms}, {"forward", 5ms}, {"optimiser", 4ms}, {"save", 1ms}}};
  FakeLearner learner_;
  contracts::StageProgress progress_ = [] {
    contracts::StageProgress start;
    start.stage = "voice";
    start.planned_steps = 10;
    return start;
  }();
  std::int64_t stop_after_ = 0;  // updates; 0: no one asks
  std::vector<double> losses_;   // of the validations
  std::vector<core::Span> seen_;
  std::vector<core::StepReport> reports_;
  std::vector<std::int64_t> updates_at_report_;
  std::vector<core::ValidationReport> validations_;
  std::vector<Saved> saved_;
  int ends_ = 0;
};

}  // namespace myxtts::training::test

#include "training/voice_learner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "device/role_allocator.hpp"
#include "device/thread_budget.hpp"
#include "model/rows.hpp"
#include "training/learner_runs.hpp"

namespace myxtts::training {
namespace {

using model::test::Row;

config::Settings small_settings(const std::string& precision) {
  config::Settings settings;
  settings.run.precision = precision;
  settings.voice.steps = 20;
  settings.voice.warmup_steps = 3;
  return settings;
}

std::unique_ptr<VoiceLearner> make_voice_learner(std::uint64_t weights_seed, double dropout,
                                                 const std::string& precision = "fp32",
                                                 device::SpanRecorder* spans = nullptr) {
  model::VoiceModelOptions options = model::test::small_options();
  options.dropout = dropout;
  model::Initialiser initialiser(weights_seed);
  return std::make_unique<VoiceLearner>(std::make_shared<model::VoiceModel>(options, initialiser),
                                        small_settings(precision), spans);
}

std::unique_ptr<contracts::Learner> make_learner(std::uint64_t weights_seed) {
  return make_voice_learner(weights_seed, 0.1);
}

test::MakeLearner learners_in(const std::string& precision) {
  return [precision](std::uint64_t weights_seed) { return make_voice_learner(weights_seed, 0.1, precision); };
}

// Rows of random tokens and lengths.
std::vector<Row> random_rows(std::uint64_t seed, int count) {
  at::Generator random = at::detail::createCPUGenerator(seed);
  const auto tokens = [&](std::int64_t most, std::int64_t below) {
    const auto length = torch::randint(1, most + 1, {1}, random).item<std::int64_t>();
    const torch::Tensor ids = torch::randint(below, {length}, random, torch::kInt64);
    return std::vector<std::int64_t>(ids.data_ptr<std::int64_t>(), ids.data_ptr<std::int64_t>() + length);
  };
  std::vector<Row> rows;
  for (int r = 0; r < count; ++r) {
    Row& row = rows.emplace_back();
    row.text = tokens(6, 18);
    row.text.insert(row.text.begin(), 18);
    row.text.push_back(19);
    row.audio = tokens(9, 10);
    row.audio.insert(row.audio.begin(), 10);
    row.audio.insert(row.audio.end(), 3, 11);
    row.prompt = torch::randn({7 + r, 80}, random);
  }
  return rows;
}

contracts::DeviceBatch batch_of(const std::vector<Row>& rows, std::uint64_t sequence) {
  contracts::DeviceBatch batch;
  batch.batch.header.sequence = sequence;
  batch.batch.payload = contracts::VoiceBatch{{model::test::pack(rows, 11)}};
  return batch;
}

// The same rows in groups, dealt out in turn, with the whole batch's weights.
contracts::DeviceBatch in_groups(const std::vector<Row>& rows, std::size_t groups, std::uint64_t sequence) {
  std::vector<std::vector<Row>> members(groups);
  for (std::size_t row = 0; row < rows.size(); ++row) members[row % groups].push_back(rows[row]);
  const contracts::PackedRows whole = model::test::pack(rows, 11);
  contracts::VoiceBatch payload;
  for (const std::vector<Row>& own : members) {
    contracts::PackedRows& group = payload.groups.emplace_back(model::test::pack(own, 11));
    group.text_weights.fill_(1 / static_cast<double>(whole.text_targets.size(0)));
    group.audio_weights.fill_(1 / static_cast<double>(whole.audio_targets.size(0)));
  }
  contracts::DeviceBatch batch;
  batch.batch.header.sequence = sequence;
  batch.batch.payload = std::move(payload);
  return batch;
}

contracts::DeviceBatch batch_at(std::uint64_t sequence) { return batch_of(random_rows(sequence, 3), sequence); }

contracts::PackedRows& payload(contracts::DeviceBatch& batch) {
  return std::get<contracts::VoiceBatch>(batch.batch.payload).groups.front();
}

// One optimiser step over the rows, `per_batch` of them in each micro-batch, with the whole step's weights.
void accumulate_split(VoiceLearner& learner, const std::vector<Row>& rows, std::size_t per_batch) {
  contracts::DeviceBatch whole = batch_of(rows, 0);
  const auto text = static_cast<double>(payload(whole).text_targets.size(0));
  const auto audio = static_cast<double>(payload(whole).audio_targets.size(0));
  for (std::size_t first = 0; first < rows.size(); first += per_batch) {
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(first);
    contracts::DeviceBatch batch = batch_of({begin, begin + static_cast<std::ptrdiff_t>(per_batch)}, first);
    payload(batch).text_weights.fill_(1 / text);
    payload(batch).audio_weights.fill_(1 / audio);
    learner.accumulate(batch);
  }
}

class VoiceLearnerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { torch::set_num_threads(1); }
};

TEST_F(VoiceLearnerTest, FourMicroBatchesOfTwoEqualOneOfEight) {
  const auto split = make_voice_learner(1, 0);
  const auto whole = make_voice_learner(1, 0);
  const std::vector<Row> rows = random_rows(5, 8);
  accumulate_split(*split, rows, 2);
  accumulate_split(*whole, rows, 8);
  const auto expected = whole->model()->named_parameters();
  for (const auto& item : split->model()->named_parameters()) {
    EXPECT_TRUE(torch::allclose(item.value().grad(), expected[item.key()].grad(), 0, 1e-6)) << item.key();
  }
  const torch::Tensor split_values = split->update(1).values;
  EXPECT_TRUE(torch::allclose(split_values, whole->update(1).values, 1e-5, 1e-6));
}

TEST_F(VoiceLearnerTest, TheSplitOfAStepDoesNotChangeWhatIsLearnt) {
  const auto split = make_voice_learner(1, 0);
  const auto whole = make_voice_learner(1, 0);
  const auto start = make_voice_learner(1, 0);
  for (std::int64_t step = 1; step <= 3; ++step) {
    const std::vector<Row> rows = random_rows(static_cast<std::uint64_t>(50 + step), 8);
    accumulate_split(*split, rows, 2);
    accumulate_split(*whole, rows, 8);
    (void)split->update(step);
    (void)whole->update(step);
  }
  // Adam divides by a gradient's own size, so where a gradient is all rounding its sign is too: compare as a whole.
  double difference = 0;
  double movement = 0;
  const auto expected = whole->model()->named_parameters();
  const auto first = start->model()->named_parameters();
  for (const auto& item : split->model()->named_parameters()) {
    difference += (item.value() - expected[item.key()]).square().sum().item<double>();
    movement += (item.value() - first[item.key()]).square().sum().item<double>();
  }
  EXPECT_LT(std::sqrt(difference), 0.01 * std::sqrt(movement));
}

TEST_F(VoiceLearnerTest, RowsInSeveralGroupsGiveTheSameGradients) {
  const auto alone = make_voice_learner(1, 0);
  const auto together = make_voice_learner(1, 0);
  const std::vector<Row> rows = random_rows(5, 8);
  accumulate_split(*alone, rows, 8);
  {
    const device::ThreadBudget three(3);
    together->accumulate(in_groups(rows, 3, 0));
    EXPECT_EQ(torch::get_num_threads(), 3) << "the caller's budget is as it was";
  }
  const auto expected = alone->model()->named_parameters();
  for (const auto& item : together->model()->named_parameters()) {
    EXPECT_TRUE(torch::allclose(item.value().grad(), expected[item.key()].grad(), 0, 1e-6)) << item.key();
  }
  EXPECT_TRUE(torch::allclose(alone->update(1).values, together->update(1).values, 1e-5, 1e-6));
}

TEST_F(VoiceLearnerTest, RowsInSeveralGroupsGiveTheSameBitsInEveryRun) {
  const device::ThreadBudget three(3);
  const auto one = make_voice_learner(1, 0.1);
  const auto other = make_voice_learner(1, 0.1);
  for (std::int64_t step = 1; step <= 5; ++step) {
    const auto sequence = static_cast<std::uint64_t>(step);
    const auto groups = static_cast<std::size_t>(1 + step % 3);
    one->accumulate(in_groups(random_rows(sequence, 7), groups, sequence));
    other->accumulate(in_groups(random_rows(sequence, 7), groups, sequence));
    (void)one->update(step);
    (void)other->update(step);
  }
  const auto expected = one->model()->named_parameters();
  for (const auto& item : other->model()->named_parameters()) {
    EXPECT_TRUE(item.value().equal(expected[item.key()])) << item.key();
  }
}

TEST_F(VoiceLearnerTest, WhatAGroupsThreadTakesIsTheRolesMemory) {
  device::install_role_allocator();
  const device::RoleScope scope(device::Role::kModel);
  const auto learner = make_voice_learner(1, 0.1);
  const device::ThreadBudget four(4);
  device::reset_peak_bytes(device::Role::kNone);
  const std::int64_t before = device::peak_bytes(device::Role::kNone);
  learner->accumulate(in_groups(random_rows(1, 8), 4, 1));
  EXPECT_EQ(device::peak_bytes(device::Role::kNone), before) << "nothing is allocated outside the role";
}

TEST_F(VoiceLearnerTest, LossFallsOnRowsSeenAgain) {
  const auto learner = make_voice_learner(1, 0.1);
  const auto same = [](std::uint64_t sequence) { return batch_of(random_rows(1, 3), sequence); };
  const std::vector<double> losses = test::train(*learner, same, 0, 20);
  EXPECT_LT(losses.back(), 0.8 * losses.front());
}

TEST_F(VoiceLearnerTest, StopsChangeNoBit) {
  for (const std::int64_t stop : {1, 5, 9}) {
    SCOPED_TRACE(stop);
    test::expect_stops_change_no_bit(make_learner, batch_at, {stop}, 10);
  }
  test::expect_stops_change_no_bit(make_learner, batch_at, {1, 2, 3, 7}, 10);
}

TEST_F(VoiceLearnerTest, DropoutIsAFunctionOfTheSequence) {
  const auto loss_at = [](std::uint64_t sequence) {
    const auto learner = make_voice_learner(1, 0.3);
    learner->accumulate(batch_of(random_rows(1, 3), sequence));
    return learner->update(1).values[0].item<double>();
  };
  EXPECT_EQ(loss_at(4), loss_at(4));
  EXPECT_NE(loss_at(4), loss_at(5));
}

TEST_F(VoiceLearnerTest, NothingSynchronises) {
  const auto learner = make_learner(1);
  EXPECT_EQ(test::synchronisations(*learner, batch_at, 0, 5), 0);
}

// Reads a number back in each step, as a careless learner would.
class ReadingLearner final : public contracts::Learner {
 public:
  void accumulate(const contracts::DeviceBatch& batch) override { learner_->accumulate(batch); }
  contracts::PendingStep update(std::int64_t step) override {
    contracts::PendingStep pending = learner_->update(step);
    (void)pending.values[0].item<float>();
    return pending;
  }
  core::Losses evaluate(const contracts::DeviceBatch& batch) override { return learner_->evaluate(batch); }
  core::Losses combine(const core::Losses& sums) const override { return learner_->combine(sums); }
  void save(contracts::TrainState& state) const override { learner_->save(state); }
  void load(const contracts::TrainState& state) override { learner_->load(state); }
  void load_weights(const contracts::TrainState&) override {}
  std::vector<torch::Tensor> trained_parameters() const override { return {}; }

 private:
  std::unique_ptr<contracts::Learner> learner_ = make_learner(1);
};

TEST_F(VoiceLearnerTest, AReadInEachStepWouldBeSeen) {
  ReadingLearner learner;
  EXPECT_EQ(test::synchronisations(learner, batch_at, 0, 5), 5);
}

TEST_F(VoiceLearnerTest, EveryConditioningParameterLearns) {
  const auto learner = make_voice_learner(1, 0.1);
  test::train(*learner, batch_at, 0, 10);
  learner->accumulate(batch_at(10));
  int seen = 0;
  for (const auto& item : learner->model()->named_parameters()) {
    if (!item.key().starts_with("conditioning_")) continue;
    ++seen;
    EXPECT_GT(item.value().grad().abs().max().item<double>(), 0) << item.key();
  }
  EXPECT_GT(seen, 10);
}

TEST_F(VoiceLearnerTest, EvaluationLeavesNoTrace) {
  test::expect_evaluation_leaves_no_trace(make_learner, batch_at, 4);
}

TEST_F(VoiceLearnerTest, ARefusedUpdateLeavesEverything) {
  const auto learner = make_learner(1);
  test::train(*learner, batch_at, 0, 2);
  const contracts::TrainState before = test::saved_state(*learner, 2);
  contracts::DeviceBatch poisoned = batch_at(2);
  payload(poisoned).prompt_mels[0][0] = std::numeric_limits<float>::quiet_NaN();
  learner->accumulate(poisoned);
  EXPECT_EQ(learner->update(3).values[-1].item<double>(), 1);
  test::expect_same_bits(test::saved_state(*learner, 2), before);
}

TEST_F(VoiceLearnerTest, LearnsInEveryPrecisionWithFp32Parameters) {
  const auto same = [](std::uint64_t sequence) { return batch_of(random_rows(1, 3), sequence); };
  const double expected = test::train(*make_voice_learner(1, 0.1), same, 0, 1).front();
  for (const char* precision : {"bf16", "fp16"}) {
    SCOPED_TRACE(precision);
    const auto learner = make_voice_learner(1, 0.1, precision);
    const std::vector<double> losses = test::train(*learner, same, 0, 20);
    EXPECT_NE(losses.front(), expected);
    EXPECT_NEAR(losses.front(), expected, 0.02 * expected);
    EXPECT_LT(losses.back(), 0.8 * losses.front());
    learner->accumulate(same(20));
    for (const auto& item : learner->model()->named_parameters()) {
      EXPECT_EQ(item.value().scalar_type(), torch::kFloat32) << item.key();
      EXPECT_EQ(item.value().grad().scalar_type(), torch::kFloat32) << item.key();
    }
    EXPECT_EQ(test::synchronisations(*learner, batch_at, 20, 25), 0);
  }
}

TEST_F(VoiceLearnerTest, StopsChangeNoBitInHalfPrecision) {
  for (const char* precision : {"bf16", "fp16"}) {
    SCOPED_TRACE(precision);
    test::expect_stops_change_no_bit(learners_in(precision), batch_at, {1, 5}, 8);
  }
}

TEST_F(VoiceLearnerTest, EvaluationInHalfPrecisionLeavesNoTrace) {
  test::expect_evaluation_leaves_no_trace(learners_in("fp16"), batch_at, 2);
}

TEST_F(VoiceLearnerTest, OnACpuTf32AndDeterminismChangeNoBit) {
  const auto plain = make_voice_learner(1, 0.1);
  test::train(*plain, batch_at, 0, 3);
  device::set_arithmetic(device::Precision::kTf32, /*deterministic=*/true);
  const auto changed = make_voice_learner(1, 0.1, "tf32");
  test::train(*changed, batch_at, 0, 3);
  device::set_arithmetic(device::Precision::kFp32, /*deterministic=*/false);
  test::expect_same_bits(test::saved_state(*changed, 3), test::saved_state(*plain, 3));
}

// A state's tensor of the optimiser.
torch::Tensor& optimizer_tensor(contracts::TrainState& state, const std::string& name) {
  for (auto& [key, tensor] : state.optimizer) {
    if (key == name) return tensor;
  }
  throw std::logic_error("no tensor " + name);
}

TEST_F(VoiceLearnerTest, AnOverflowInFp16RefusesTheUpdateAndHalvesTheScale) {
  const auto learner = make_voice_learner(1, 0.1, "fp16");
  test::train(*learner, batch_at, 0, 2);
  contracts::TrainState before = test::saved_state(*learner, 2);
  constexpr float kTooMuch = 1e20F;
  optimizer_tensor(before, "gradient_scale").fill_(kTooMuch);
  learner->load(before);
  learner->accumulate(batch_at(2));
  EXPECT_EQ(learner->update(3).values[-1].item<double>(), 1);
  contracts::TrainState after = test::saved_state(*learner, 2);
  EXPECT_EQ(optimizer_tensor(after, "gradient_scale").item<float>(), kTooMuch / 2);
  optimizer_tensor(after, "gradient_scale").fill_(kTooMuch);
  optimizer_tensor(after, "gradient_scale_steps").copy_(optimizer_tensor(before, "gradient_scale_steps"));
  test::expect_same_bits(after, before);
}

TEST_F(VoiceLearnerTest, TheGradientScaleFindsItsSizeAndChangesNoGradientNorm) {
  constexpr int kMaxRefusals = 10;
  const auto norm_in = [](const std::string& precision) {
    const auto learner = make_voice_learner(1, 0, precision);
    for (int refusals = 0; refusals < kMaxRefusals; ++refusals) {
      learner->accumulate(batch_at(0));
      const torch::Tensor values = learner->update(1).values;
      if (values[-1].item<double>() == 0) return values[-2].item<double>();
    }
    return std::numeric_limits<double>::infinity();
  };
  EXPECT_NEAR(norm_in("fp16"), norm_in("fp32"), 0.02 * norm_in("fp32"));
}

TEST_F(VoiceLearnerTest, EvaluatedBatchesAddUpToTheMeanOfAll) {
  const auto learner = make_voice_learner(1, 0.1);
  const std::vector<Row> rows = random_rows(9, 6);
  core::Losses sums;
  for (const std::vector<Row>& part :
       {std::vector<Row>(rows.begin(), rows.begin() + 2), std::vector<Row>(rows.begin() + 2, rows.end())}) {
    for (const auto& [name, sum] : learner->evaluate(batch_of(part, 0))) sums[name] += sum;
  }
  const core::Losses parts = learner->combine(sums);
  const core::Losses whole = learner->combine(learner->evaluate(batch_of(rows, 0)));
  ASSERT_EQ(parts.size(), whole.size());
  for (const auto& [name, mean] : whole) EXPECT_NEAR(parts.at(name), mean, 1e-5) << name;
  EXPECT_NEAR(whole.at("loss"), whole.at("audio_loss") + 0.01 * whole.at("text_loss"), 1e-12);
  for (const auto& [name, mean] : learner->combine(learner->evaluate(in_groups(rows, 2, 0)))) {
    EXPECT_NEAR(mean, whole.at(name), 1e-5) << name << " of two groups";
  }
}

TEST_F(VoiceLearnerTest, SpansAreItsThreePartsInTurn) {
  const auto runtime = device::make_cpu_runtime({});
  device::SpanRecorder spans(*runtime);
  const auto learner = make_voice_learner(1, 0.1, "fp32", &spans);
  test::train(*learner, batch_at, 4, 5);
  std::vector<std::string> parts;
  double end_seconds = 0;
  for (const core::Span& span : spans.take_finished()) {
    parts.push_back(span.part);
    EXPECT_EQ(span.sequence, span.part == "optimiser" ? 5U : 4U);
    EXPECT_GE(span.begin_seconds, end_seconds);
    EXPECT_GT(span.seconds(), 0);
    end_seconds = span.end_seconds;
  }
  EXPECT_EQ(parts, (std::vector<std::string>{"forward", "backward", "optimiser"}));
}

}  // namespace
}  // namespace myxtts::training

#include "training/training_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "training/loop_run.hpp"

namespace myxtts::training {
namespace {

using test::FakeSource;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using TrainingLoopTest = test::LoopRun;

TEST_F(TrainingLoopTest, ConsumedBatchesCountMicroBatches) {
  FakeSource source(12, 3);
  run(source, 4);
  EXPECT_EQ(progress_.consumed_batches, 12U);
  EXPECT_EQ(progress_.step, 4);
  EXPECT_EQ(progress_.run_steps, 4);
  EXPECT_EQ(learner_.seen.size(), 12U);
  EXPECT_EQ(source.released, 12);
}

TEST_F(TrainingLoopTest, AStepThatNeverCameAboutConsumesNothing) {
  FakeSource source(7, 3);  // two steps and a third of one
  const core::RunReport result = run(source, 4);
  EXPECT_EQ(learner_.updates, 2);
  EXPECT_EQ(progress_.consumed_batches, 6U);
  EXPECT_TRUE(result.stopped);
}

TEST_F(TrainingLoopTest, ALimitEndsTheRunBeforeThePlan) {
  FakeSource source(10);
  const core::RunReport result = run(source, 4);
  EXPECT_EQ(progress_.step, 4);
  EXPECT_TRUE(result.stopped);
  EXPECT_THAT(saved_steps(), ElementsAre(4));
}

TEST_F(TrainingLoopTest, GoesOnFromItsProgress) {
  progress_.step = 6;
  progress_.run_steps = 100;
  progress_.consumed_batches = 6;
  FakeSource source(4);
  const core::RunReport result = run(source, 10);
  EXPECT_EQ(reports_.front().step, 7);
  EXPECT_EQ(progress_.run_steps, 104);
  EXPECT_EQ(progress_.consumed_batches, 10U);
  EXPECT_EQ(result.steps, 4);
}

TEST_F(TrainingLoopTest, AStageThatIsDoneDoesNothing) {
  progress_.step = 10;
  FakeSource source(4);
  EXPECT_FALSE(run(source, 10).stopped);
  EXPECT_THAT(learner_.seen, IsEmpty());
  EXPECT_THAT(saved_, IsEmpty());
}

TEST_F(TrainingLoopTest, AStopRequestSavesAndEnds) {
  stop_after_ = 3;
  FakeSource source(10);
  const core::RunReport result = run(source, 10);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(learner_.updates, 3);
  ASSERT_THAT(saved_steps(), ElementsAre(3));
  EXPECT_EQ(saved_[0].progress.consumed_batches, 3U);
  EXPECT_EQ(reports_.size(), 3U);
}

TEST_F(TrainingLoopTest, AnEarlyEndOfTheSourceSavesAndEnds) {
  FakeSource source(5);
  const core::RunReport result = run(source, 10);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.steps, 5);
  EXPECT_THAT(saved_steps(), ElementsAre(5));
}

TEST_F(TrainingLoopTest, OutOfMemorySavesTheLastStepWhoeverNoticed) {
  learner_.failure = "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`";
  FakeSource source(10);
  EXPECT_THROW(run(source, 10), std::runtime_error);
  EXPECT_THAT(saved_steps(), ElementsAre(3));
}

TEST_F(TrainingLoopTest, ADataSetThatGivesNoMoreSavesTheLastStep) {
  FakeSource source(10);
  source.broken_from = 3;
  EXPECT_THROW(run(source, 10), core::DataError);
  EXPECT_THAT(saved_steps(), ElementsAre(3));
}

TEST_F(TrainingLoopTest, BrokenRowsOfAStepAddUp) {
  FakeSource source(6, 3);
  source.broken_rows = 2;
  run(source, 2);
  EXPECT_EQ(reports_.front().broken, 6);
}

TEST_F(TrainingLoopTest, OtherFailuresSaveNothing) {
  learner_.failure = "CUDA error: an illegal memory access was encountered";
  FakeSource source(10);
  EXPECT_THROW(run(source, 10), std::runtime_error);
  EXPECT_THAT(saved_, IsEmpty());
}

TEST_F(TrainingLoopTest, SavesAtItsIntervalAndOnceAtTheEnd) {
  FakeSource source(10);
  run(source, options(10, 5, 0));
  EXPECT_THAT(saved_steps(), ElementsAre(5, 10));
  saved_.clear();
  progress_.step = 0;
  FakeSource again(10);
  run(again, options(10, 4, 0));
  EXPECT_THAT(saved_steps(), ElementsAre(4, 8, 10));
}

TEST_F(TrainingLoopTest, ValidatesAtItsIntervalAndAtThePlannedEnd) {
  losses_ = {3, 2, 1, 0};
  FakeSource source(10);
  run(source, options(10, 0, 4));
  EXPECT_THAT(validated_steps(), ElementsAre(4, 8, 10));
}

// Or else a resumed run would choose its best checkpoint, and lose its patience, by other validations.
TEST_F(TrainingLoopTest, ALimitAddsNoValidation) {
  losses_ = {3, 2, 1, 0};
  FakeSource source(10);
  run(source, options(6, 0, 4));
  EXPECT_THAT(validated_steps(), ElementsAre(4));
}

TEST_F(TrainingLoopTest, TheLowestValidationLossIsTheBest) {
  losses_ = {3, 2, 2.5, 1, 1};
  FakeSource source(10);
  run(source, options(10, 0, 2));
  std::vector<bool> best;
  for (const core::ValidationReport& report : validations_) best.push_back(report.is_best);
  EXPECT_THAT(best, ElementsAre(true, true, false, true, false));
  EXPECT_EQ(progress_.best_loss, 1);
  EXPECT_EQ(progress_.best_step, 8);
  EXPECT_EQ(progress_.validations_without_gain, 1);
  EXPECT_THAT(saved_steps(), ElementsAre(2, 4, 8, 10));
  EXPECT_TRUE(saved_[2].is_best);
  EXPECT_FALSE(saved_[3].is_best);
  EXPECT_EQ(saved_[2].progress.best_step, 8);
}

TEST_F(TrainingLoopTest, LostPatienceEndsTheStageWithoutAStop) {
  losses_ = {1, 2, 3, 4, 5};
  FakeSource source(10);
  const core::RunReport result = run(source, options(10, 0, 2, 2));
  EXPECT_EQ(progress_.step, 6);
  EXPECT_FALSE(result.stopped);
  EXPECT_THAT(saved_steps(), ElementsAre(2, 6));
}

TEST_F(TrainingLoopTest, RefusedUpdatesInARowAreDivergence) {
  learner_.first_refused = 3;
  learner_.refused_steps = 1000;
  progress_.planned_steps = 100;
  FakeSource source(100);
  try {
    run(source, options(100, 30, 0));
    FAIL() << "it went on";
  } catch (const core::DivergenceError& error) {
    EXPECT_EQ(error.exit_code(), 4);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("step 28"));  // 3 good ones and 25 refused ones
  }
  EXPECT_TRUE(reports_.back().skipped);
  EXPECT_THAT(saved_, IsEmpty());  // step 30 never came
}

TEST_F(TrainingLoopTest, AGoodUpdateForgivesTheRefusedOnesBeforeIt) {
  learner_.first_refused = 3;
  learner_.refused_steps = 24;
  progress_.planned_steps = 40;
  FakeSource source(40);
  EXPECT_NO_THROW(run(source, 40));
  EXPECT_EQ(progress_.skipped_updates, 0);
}

TEST_F(TrainingLoopTest, RefusedUpdatesAreCountedAcrossAStop) {
  learner_.first_refused = 0;
  learner_.refused_steps = 1000;
  progress_.planned_steps = 100;
  FakeSource source(100);
  run(source, 20);
  EXPECT_EQ(saved_.back().progress.skipped_updates, 20);
  EXPECT_THROW(run(source, 30), core::DivergenceError);
  EXPECT_EQ(reports_.back().step, 25);
}

TEST_F(TrainingLoopTest, ACheckpointThatFallsDueTooSoonAfterTheLastOneIsLeftOut) {
  FakeSource source(20);
  source.spans = learner_.spans = &spans_;
  LoopOptions every_step = options(10, 1, 0);
  every_step.min_checkpoint_seconds = 0.03;  // a step takes 12 ms
  run(source, every_step);
  EXPECT_THAT(saved_steps(), ElementsAre(3, 6, 9, 10));
}

}  // namespace
}  // namespace myxtts::training

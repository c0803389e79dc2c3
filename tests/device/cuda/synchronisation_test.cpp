#include <c10/cuda/CUDAFunctions.h>

#include "config/model_options.hpp"
#include "contracts/learner.hpp"
#include "device/upload.hpp"
#include "gpu_test.hpp"
#include "model/rows.hpp"
#include "training/codec_learner.hpp"
#include "training/voice_learner.hpp"
#include "transfer/transfer_lane.hpp"

namespace myxtts::device {
namespace {

// While it lives, libtorch throws where it would make the host wait for the GPU.
class NoWaiting {
 public:
  NoWaiting() { c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_ERROR); }
  ~NoWaiting() { c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_DISABLED); }
};

contracts::Batch codec_batch() {
  constexpr std::int64_t kRows = 4, kFrames = 32;
  contracts::Batch batch;
  batch.payload =
      contracts::CodecBatch{torch::randn({kRows, 80, kFrames}), torch::full({kRows, kFrames}, 1.0 / (kRows * kFrames))};
  return batch;
}

contracts::Batch voice_batch() {
  contracts::Batch batch;
  batch.payload = contracts::VoiceBatch{.groups = {model::test::pack(model::test::three_rows(), 11)}};
  return batch;
}

class GpuSynchronisation : public GpuTest {
 protected:
  static constexpr std::int64_t kWarmUpSteps = 3;  // in which libraries start
  static constexpr std::int64_t kSteps = 20;

  // Codes are made from k-means on the way.
  std::unique_ptr<training::CodecLearner> codec_learner() const {
    config::Settings settings;
    settings.codec.hidden = 16;
    settings.codec.codes = 12;
    settings.codec.dimensions = 8;
    settings.codec.blocks = 1;
    settings.codec.steps = kSteps;
    settings.codec.codebook_step = kSteps / 2;
    model::Initialiser initialiser(1, runtime_->device(Role::kModel));
    return std::make_unique<training::CodecLearner>(
        std::make_shared<model::Codec>(config::codec_options(settings.codec), initialiser), settings);
  }

  std::unique_ptr<training::VoiceLearner> voice_learner(const std::string& precision) const {
    config::Settings settings;
    settings.run.precision = precision;
    settings.voice.steps = kSteps;
    model::Initialiser initialiser(1, runtime_->device(Role::kModel));
    return std::make_unique<training::VoiceLearner>(
        std::make_shared<model::VoiceModel>(model::test::small_options(), initialiser), settings);
  }

  // A train step, with its batch's transfer and the copy of its measurements.
  static void step(contracts::Learner& learner, transfer::TransferLane& lane, const contracts::Batch& batch,
                   std::int64_t number) {
    contracts::DeviceBatch moved = lane.move(batch);
    learner.accumulate(moved);
    moved.lease.release();
    (void)downloaded(learner.update(number).values);
  }

  void expect_no_wait(contracts::Learner& learner, contracts::Batch batch) {
    contracts::for_each_tensor(batch, [&](torch::Tensor& tensor) {
      if (tensor.defined()) tensor = tensor.to(runtime_->device(Role::kData));
    });
    SpanRecorder spans(*runtime_);
    transfer::TransferLane lane(*runtime_, {}, &spans);
    for (std::int64_t number = 1; number <= kWarmUpSteps; ++number) step(learner, lane, batch, number);
    const NoWaiting no_waiting;
    for (std::int64_t number = kWarmUpSteps + 1; number <= kSteps; ++number) {
      ASSERT_NO_THROW(step(learner, lane, batch, number)) << "step " << number;
    }
  }
};

TEST_F(GpuSynchronisation, AStepOfTheCodecAndItsTransferNeverMakeTheHostWait) {
  const auto session = runtime_->enter(Role::kModel);
  expect_no_wait(*codec_learner(), codec_batch());
}

TEST_F(GpuSynchronisation, AStepOfTheVoiceAndItsTransferNeverMakeTheHostWait) {
  const auto session = runtime_->enter(Role::kModel);
  for (const char* precision : {"fp32", "bf16", "fp16"}) {
    SCOPED_TRACE(precision);
    expect_no_wait(*voice_learner(precision), voice_batch());
  }
}

TEST_F(GpuSynchronisation, TheFirstWaitIsSeen) {
  const auto session = runtime_->enter(Role::kModel);
  const auto learner = codec_learner();
  const NoWaiting no_waiting;
  EXPECT_THROW((void)learner->update(1).values[0].item<float>(), c10::Error);
}

}  // namespace
}  // namespace myxtts::device

#include "audio/mel.hpp"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "audio/golden.hpp"
#include "core/error.hpp"

namespace myxtts::audio {
namespace {

using test::golden_rows;
using test::golden_signal;
using test::largest_row_difference;

constexpr double kLogTolerance = 2e-4;

torch::Tensor mel_of_golden_signal(const MelOptions& options) {
  return MelSpectrogram(options, torch::kCPU)(golden_signal(options.sample_rate_hz, options.sample_rate_hz));
}

TEST(Mel, CodecFrontEndEqualsTorchaudio) {
  EXPECT_LT(largest_row_difference(golden_rows("codec_mel"), mel_of_golden_signal(codec_mel_options())), kLogTolerance);
}

TEST(Mel, ConditioningFrontEndEqualsTorchaudio) {
  EXPECT_LT(largest_row_difference(golden_rows("conditioning_mel"), mel_of_golden_signal(conditioning_mel_options())),
            kLogTolerance);
}

TEST(Mel, SpeakerFrontEndEqualsTorchaudio) {
  EXPECT_LT(largest_row_difference(golden_rows("speaker_mel"), mel_of_golden_signal(speaker_mel_options())),
            kLogTolerance);
}

TEST(Mel, SlaneyScaleIsAnotherMel) {
  EXPECT_GT(largest_row_difference(golden_rows("wrong_scale_mel"), mel_of_golden_signal(codec_mel_options())), 0.1);
}

TEST(Mel, AnyWrongSettingFailsTheGoldenComparison) {
  const std::vector<std::function<void(MelOptions&)>> mistakes = {
      [](MelOptions& o) { o.fft_samples = 2048; }, [](MelOptions& o) { o.window_samples = 1000; },
      [](MelOptions& o) { o.hop_samples = 255; },  [](MelOptions& o) { o.high_hz = 7990; },
      [](MelOptions& o) { o.low_hz = 10; },        [](MelOptions& o) { o.window = Window::kHamming; },
      [](MelOptions& o) { o.area_norm = false; },  [](MelOptions& o) { o.pre_emphasis = 0.97; },
      [](MelOptions& o) { o.log_offset = 1e-3; },  [](MelOptions& o) { o.log_floor = 1e-1; },
  };
  const auto golden = golden_rows("codec_mel");
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    auto options = codec_mel_options();
    mistakes[i](options);
    EXPECT_GT(largest_row_difference(golden, mel_of_golden_signal(options)), 10 * kLogTolerance) << "mistake " << i;
  }
}

TEST(Mel, PerturbedInputFailsTheGoldenComparison) {
  const auto mel = MelSpectrogram(codec_mel_options(), torch::kCPU);
  const auto signal = golden_signal(22050, 22050);
  EXPECT_GT(largest_row_difference(golden_rows("codec_mel"), mel(signal * 1.01)), 10 * kLogTolerance);
  EXPECT_GT(largest_row_difference(golden_rows("codec_mel"), mel(signal.roll(1))), 10 * kLogTolerance);
}

TEST(Mel, FilterBankEqualsLibrosa) {
  const auto bank = mel_filter_bank(codec_mel_options());
  ASSERT_EQ(bank.sizes(), torch::IntArrayRef({80, 513}));
  EXPECT_LT(largest_row_difference(golden_rows("librosa_bank"), bank), 1e-7);
  auto without_norm = codec_mel_options();
  without_norm.area_norm = false;
  EXPECT_GT(largest_row_difference(golden_rows("librosa_bank"), mel_filter_bank(without_norm)), 1e-3);
}

TEST(Mel, RowsOfABatchEqualTheSignalsAlone) {
  for (const auto& options : {codec_mel_options(), speaker_mel_options()}) {
    const MelSpectrogram mel(options, torch::kCPU);
    const auto signal = golden_signal(options.sample_rate_hz, 6000);
    const auto batch = mel(torch::stack({signal, signal.flip(0), 0.1 * signal}));
    ASSERT_EQ(batch.sizes(), torch::IntArrayRef({3, mel.frame_count(6000), options.bins}));
    EXPECT_TRUE(torch::allclose(batch[1], mel(signal.flip(0)), 0, 1e-4));
    EXPECT_TRUE(torch::allclose(batch[2], mel(0.1 * signal), 0, 1e-4));
  }
}

TEST(Mel, FrameCountHoldsForEveryLength) {
  for (const auto& options : {codec_mel_options(), conditioning_mel_options(), speaker_mel_options()}) {
    const MelSpectrogram mel(options, torch::kCPU);
    for (const std::int64_t samples : {0, 1, 2, 255, 256, 257, 512, 513, 1024, 1025, 4095, 4096}) {
      const auto frames = mel(golden_signal(22050, samples));
      ASSERT_EQ(frames.sizes(), torch::IntArrayRef({samples / options.hop_samples + 1, options.bins})) << samples;
      EXPECT_TRUE(frames.isfinite().all().item<bool>());
    }
  }
}

TEST(Mel, ShortSignalIsFilledUpWithSilence) {
  const MelSpectrogram mel(codec_mel_options(), torch::kCPU);
  const auto signal = golden_signal(22050, 300);
  const auto filled = mel(torch::constant_pad_nd(signal, {0, 213}));
  EXPECT_TRUE(torch::equal(mel(signal), filled.narrow(0, 0, 2)));
}

TEST(Mel, SilenceIsTheFloor) {
  const auto mel = MelSpectrogram(codec_mel_options(), torch::kCPU)(torch::zeros({5000}));
  EXPECT_TRUE(torch::allclose(mel, torch::full_like(mel, std::log(1e-5))));
}

TEST(Mel, GradientReachesTheSamples) {
  const MelSpectrogram mel(codec_mel_options(), torch::kCPU);
  const auto signal = golden_signal(22050, 4000).requires_grad_();
  mel(signal).sum().backward();
  EXPECT_GT(signal.grad().abs().min().item<double>(), 0);
}

TEST(Mel, NormaliseDividesEachBandByItsOwnNumber) {
  const auto mel = torch::full({2, 3, 80}, -4.0);
  const auto divisor = torch::arange(1, 81, torch::kFloat32);
  const auto result = normalise(mel, divisor);
  EXPECT_FLOAT_EQ(result[1][2][0].item<float>(), -4.0F);
  EXPECT_FLOAT_EQ(result[1][2][79].item<float>(), -0.05F);
}

TEST(Mel, SenselessOptionsAreRefusedByName) {
  auto options = codec_mel_options();
  options.high_hz = 12000;
  try {
    const MelSpectrogram mel(options, torch::kCPU);
    FAIL() << "accepted a band above half the sample rate";
  } catch (const core::ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("high_hz"), std::string::npos);
  }
  options = codec_mel_options();
  options.log_floor = 0;
  EXPECT_THROW(validate(options), core::ConfigError);
  EXPECT_THROW((void)MelSpectrogram(codec_mel_options(), torch::kCPU)(torch::zeros({1, 1, 5000})), core::DataError);
}

}  // namespace
}  // namespace myxtts::audio

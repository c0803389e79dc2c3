#pragma once
// Constants of the representation of speech that all models share: samples, mel frames and audio codes.

#include <cstdint>

namespace myxtts::architecture {

inline constexpr int kSampleRateHz = 22050;
inline constexpr int kHopSamples = 256;      // from one mel frame to the next
inline constexpr int kWindowSamples = 1024;  // of a mel frame
inline constexpr int kMelBins = 80;
inline constexpr int kConditioningFftSamples = 2048;  // of the conditioning encoder's input mels

inline constexpr std::int64_t kFramesPerCode = 4;
inline constexpr std::int64_t kSamplesPerCode = kFramesPerCode * kHopSamples;

}  // namespace myxtts::architecture

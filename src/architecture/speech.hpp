#pragma once
// How speech is measured out: samples, mel frames and audio codes. Every model hears and speaks in these.

#include <cstdint>

namespace myxtts::architecture {

inline constexpr int kSampleRateHz = 22050;
inline constexpr int kHopSamples = 256;      // from one mel frame to the next
inline constexpr int kWindowSamples = 1024;  // of a mel frame
inline constexpr int kMelBins = 80;
inline constexpr int kConditioningFftSamples = 2048;  // of the mels that the conditioning encoder hears

inline constexpr std::int64_t kFramesPerCode = 4;
inline constexpr std::int64_t kSamplesPerCode = kFramesPerCode * kHopSamples;

}  // namespace myxtts::architecture

#pragma once
// The layout of a row of the voice model, [latents | START text STOP | START codes STOP STOP STOP], and its max length.
// Source: XTTS v2.

#include <cstdint>

#include "architecture/speech.hpp"

namespace myxtts::architecture {

inline constexpr std::int64_t kLatents = 32;  // perceiver outputs for a row's prompt

inline constexpr std::int64_t kTextStops = 1;         // STOP inputs after a text, and STOP targets
inline constexpr std::int64_t kAudioStopInputs = 3;   // STOP inputs after the codes
inline constexpr std::int64_t kAudioStopTargets = 4;  // STOP targets: the target of the last STOP input is a STOP too

inline constexpr std::int64_t kMaxTextTokens = 402;
inline constexpr std::int64_t kMaxCodes = 604;
inline constexpr std::int64_t kTextPositions = 1 + kMaxTextTokens + kTextStops;  // START comes first
inline constexpr std::int64_t kAudioPositions = 1 + kMaxCodes + kAudioStopInputs;
inline constexpr std::int64_t kMaxSeconds = kMaxCodes * kSamplesPerCode / kSampleRateHz;  // whole seconds of a clip

// Min and max length of a prompt that is a part of its own clip; silence pads it to the max.
inline constexpr int kMinOwnPromptSeconds = 3;
inline constexpr int kMaxOwnPromptSeconds = 6;

}  // namespace myxtts::architecture

#pragma once
// A row of the voice model, [latents | START text STOP | START codes STOP STOP STOP], and how long it may be.
// Source: XTTS v2.

#include <cstdint>

#include "architecture/speech.hpp"

namespace myxtts::architecture {

inline constexpr std::int64_t kLatents = 32;  // that the perceiver makes of a row's prompt

inline constexpr std::int64_t kTextStops = 1;         // STOP inputs behind a text, and STOP targets
inline constexpr std::int64_t kAudioStopInputs = 3;   // STOP inputs behind the codes
inline constexpr std::int64_t kAudioStopTargets = 4;  // STOP targets: the last input's next token is a STOP, too

inline constexpr std::int64_t kMaxTextTokens = 402;
inline constexpr std::int64_t kMaxCodes = 604;
inline constexpr std::int64_t kTextPositions = 1 + kMaxTextTokens + kTextStops;  // START comes first
inline constexpr std::int64_t kAudioPositions = 1 + kMaxCodes + kAudioStopInputs;
inline constexpr std::int64_t kMaxSeconds = kMaxCodes * kSamplesPerCode / kSampleRateHz;  // whole seconds of a clip

// A prompt that is a piece of its own clip lasts from the first to the second; silence fills it up to the second.
inline constexpr int kMinOwnPromptSeconds = 3;
inline constexpr int kMaxOwnPromptSeconds = 6;

}  // namespace myxtts::architecture

#include "sample_data/speaker.hpp"

#include <espeak-ng/speak_lib.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.hpp"
#include "text/espeak_session.hpp"

namespace myxtts::sample_data {
namespace {

constexpr float kPeak = 0.7F;

[[noreturn]] void fail(const std::string& what, const std::string& text) {
  throw core::DataError(core::ErrorDetails{.what = what, .where = {}, .value = text, .expected = {}, .advice = {}});
}

int keep_samples(short* samples, int count, espeak_EVENT* events) {
  auto& kept = *static_cast<std::vector<short>*>(events->user_data);
  if (samples != nullptr && count > 0) kept.insert(kept.end(), samples, samples + count);
  return 0;
}

std::vector<float> scale_to_peak(const std::vector<short>& samples) {
  int peak = 0;
  for (const short sample : samples) peak = std::max(peak, std::abs(static_cast<int>(sample)));
  if (peak == 0) return {};
  std::vector<float> scaled(samples.size());
  const float scale = kPeak / static_cast<float>(peak);
  std::transform(samples.begin(), samples.end(), scaled.begin(),
                 [scale](short sample) { return scale * static_cast<float>(sample); });
  return scaled;
}

}  // namespace

EspeakVoice::EspeakVoice(std::string name, int words_a_minute)
    : name_(std::move(name)), words_a_minute_(words_a_minute) {
  text::EspeakSession().use_voice(name_);
}

media::Samples EspeakVoice::speak(const std::string& text) const {
  text::EspeakSession espeak;
  espeak.use_voice(name_);
  espeak_SetSynthCallback(keep_samples);
  espeak_SetParameter(espeakRATE, words_a_minute_, 0);
  std::vector<short> samples;
  const auto status =
      espeak_Synth(text.c_str(), text.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr, &samples);
  if (status != EE_OK) fail("espeak-ng cannot speak", text);
  media::Samples speech{.mono = scale_to_peak(samples), .sample_rate_hz = espeak.sample_rate_hz()};
  if (speech.mono.empty()) fail("espeak-ng says nothing for this text", text);
  return speech;
}

}  // namespace myxtts::sample_data

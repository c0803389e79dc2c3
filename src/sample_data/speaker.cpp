#include "sample_data/speaker.hpp"

#include <espeak-ng/speak_lib.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace myxtts::sample_data {
namespace {

constexpr float kPeak = 0.7F;

[[noreturn]] void fail(const std::string& what, const std::string& value, const std::string& advice) {
  throw core::DataError(
      core::ErrorDetails{.what = what, .where = {}, .value = value, .expected = {}, .advice = advice});
}

int keep_samples(short* samples, int count, espeak_EVENT* events) {
  auto& kept = *static_cast<std::vector<short>*>(events->user_data);
  if (samples != nullptr && count > 0) kept.insert(kept.end(), samples, samples + count);
  return 0;
}

// espeak_SetVoiceByName() takes an unknown variant for none.
bool has_variant(const std::string& variant) {
  espeak_VOICE wanted{};
  wanted.languages = "variant";
  const std::string identifier = "!v/" + variant;
  for (const espeak_VOICE** voice = espeak_ListVoices(&wanted); *voice != nullptr; ++voice) {
    if ((*voice)->identifier == identifier) return true;
  }
  return false;
}

// libespeak-ng corrupts its memory on an empty language and reads files on a name with slashes.
bool is_language_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_known(const std::string& name) {
  const auto plus = name.find('+');
  if (!is_language_name(std::string_view(name).substr(0, plus))) return false;
  if (plus != std::string::npos && !has_variant(name.substr(plus + 1))) return false;
  return espeak_SetVoiceByName(name.c_str()) == EE_OK;
}

// The library's state is the process's: one instance, locked by whoever uses it.
class EspeakLibrary {
 public:
  static EspeakLibrary& instance() {
    static EspeakLibrary library;
    return library;
  }

  void require_voice(const std::string& name) {
    const std::lock_guard lock(mutex_);
    voice_.clear();
    if (!is_known(name))
      fail("espeak-ng has no such voice", name, "`espeak-ng --voices` and `--voices=variant` list them.");
  }

  std::vector<short> speak(const std::string& voice, int words_a_minute, const std::string& text) {
    const std::lock_guard lock(mutex_);
    use(voice, words_a_minute);
    std::vector<short> samples;
    const auto status =
        espeak_Synth(text.c_str(), text.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr, &samples);
    if (status != EE_OK) fail("espeak-ng cannot speak", text, {});
    return samples;
  }

  [[nodiscard]] int sample_rate_hz() const { return sample_rate_hz_; }

 private:
  // Synchronous: espeak_Synth() returns when everything is spoken (AUDIO_OUTPUT_RETRIEVAL would return at once).
  EspeakLibrary()
      : sample_rate_hz_(espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nullptr, espeakINITIALIZE_DONT_EXIT)) {
    if (sample_rate_hz_ <= 0) {
      fail("espeak-ng's data is not installed", {}, "Install it: apt-get install espeak-ng-data");
    }
    espeak_SetSynthCallback(keep_samples);
  }

  void use(const std::string& voice, int words_a_minute) {
    if (voice != voice_ && espeak_SetVoiceByName(voice.c_str()) != EE_OK) fail("espeak-ng lost a voice", voice, {});
    voice_ = voice;
    espeak_SetParameter(espeakRATE, words_a_minute, 0);
  }

  std::mutex mutex_;
  int sample_rate_hz_;
  std::string voice_;
};

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
  EspeakLibrary::instance().require_voice(name_);
}

media::Samples EspeakVoice::speak(const std::string& text) const {
  auto& library = EspeakLibrary::instance();
  media::Samples speech{.mono = scale_to_peak(library.speak(name_, words_a_minute_, text)),
                        .sample_rate_hz = library.sample_rate_hz()};
  if (speech.mono.empty()) fail("espeak-ng says nothing for this text", text, {});
  return speech;
}

}  // namespace myxtts::sample_data

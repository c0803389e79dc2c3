#include "text/espeak_session.hpp"

#include <espeak-ng/speak_lib.h>

#include <algorithm>
#include <string_view>

#include "core/error.hpp"

namespace myxtts::text {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& value, const std::string& advice) {
  throw core::DataError(
      core::ErrorDetails{.what = what, .where = {}, .value = value, .expected = {}, .advice = advice});
}

// espeak_SetVoiceByName() silently ignores an unknown variant.
bool has_variant(const std::string& variant) {
  espeak_VOICE wanted{};
  wanted.languages = "variant";
  const std::string identifier = "!v/" + variant;
  for (const espeak_VOICE** voice = espeak_ListVoices(&wanted); *voice != nullptr; ++voice) {
    if ((*voice)->identifier == identifier) return true;
  }
  return false;
}

// libespeak-ng corrupts its memory if the language is empty, and reads files if the name contains slashes.
bool is_language_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool set_voice(const std::string& name) {
  const auto plus = name.find('+');
  if (!is_language_name(std::string_view(name).substr(0, plus))) return false;
  if (plus != std::string::npos && !has_variant(name.substr(plus + 1))) return false;
  return espeak_SetVoiceByName(name.c_str()) == EE_OK;
}

// One per process, because the library's state is global.
struct Library {
  // Synchronous: espeak_Synth() returns when everything is spoken (AUDIO_OUTPUT_RETRIEVAL would return at once).
  Library() : sample_rate_hz(espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nullptr, espeakINITIALIZE_DONT_EXIT)) {
    if (sample_rate_hz <= 0) {
      fail("espeak-ng's data is not installed", {}, "Install it: apt-get install espeak-ng-data");
    }
  }

  static Library& instance() {
    static Library library;
    return library;
  }

  std::mutex mutex;
  int sample_rate_hz;
  std::string voice;
};

}  // namespace

EspeakSession::EspeakSession() : lock_(Library::instance().mutex) {}

void EspeakSession::use_voice(const std::string& name) {
  std::string& voice = Library::instance().voice;
  if (!name.empty() && name == voice) return;
  voice.clear();
  if (!set_voice(name)) {
    fail("espeak-ng has no such voice", name, "`espeak-ng --voices` and `--voices=variant` list them.");
  }
  voice = name;
}

int EspeakSession::sample_rate_hz() const { return Library::instance().sample_rate_hz; }

}  // namespace myxtts::text

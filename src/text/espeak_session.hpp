#pragma once
// The use of libespeak-ng.

#include <mutex>
#include <string>

namespace myxtts::text {

// A turn at espeak-ng. The library has one state for the whole process: it is started once and never ended (it can't be
// started again), and sessions take turns: while one lives, <espeak-ng/speak_lib.h> may be called.
class EspeakSession {
 public:
  // Waits for its turn.
  // Throws: core::DataError where espeak-ng's data is not installed.
  EspeakSession();

  // The voice of the calls that follow, in this session and in those after it: a language, alone or with a variant:
  // "en-us", "en-us+f2".
  // Throws: core::DataError where there is no such voice.
  void use_voice(const std::string& name);

  [[nodiscard]] int sample_rate_hz() const;

 private:
  std::unique_lock<std::mutex> turn_;
};

}  // namespace myxtts::text

#pragma once
// Exclusive access to libespeak-ng.

#include <mutex>
#include <string>

namespace myxtts::text {

// Locks espeak-ng for its lifetime. The library's state is global to the process: it is initialised once and never
// terminated (it cannot be initialised again), and only one session exists at a time; while it exists,
// <espeak-ng/speak_lib.h> may be called.
class EspeakSession {
 public:
  // Waits until no other session exists.
  // Throws: core::DataError if espeak-ng's data is not installed.
  EspeakSession();

  // Sets the voice of the calls that follow, in this session and in later ones: a language, alone or with a variant:
  // "en-us", "en-us+f2".
  // Throws: core::DataError if there is no such voice.
  void use_voice(const std::string& name);

  [[nodiscard]] int sample_rate_hz() const;

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace myxtts::text

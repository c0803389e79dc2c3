#pragma once
// A long recording that is made of known clips, with pauses between them and noise over all of it.

#include <cmath>
#include <cstdint>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "core/file_system.hpp"
#include "long_recordings/pauses.hpp"
#include "media/audio_file.hpp"
#include "sample_data/sentences.hpp"
#include "sample_data/speaker.hpp"

namespace myxtts::long_recordings {

struct KnownClip {
  std::string text;
  std::vector<float> samples;
};

struct JoinedRecording {
  static constexpr int kRateHz = 22050;

  std::vector<float> samples;
  std::vector<std::string> texts;
  std::vector<Interval> places;  // of each text
};

inline std::vector<KnownClip> spoken_clips(std::size_t count) {
  const std::vector<sample_data::EspeakVoice> voices = {sample_data::EspeakVoice("en-us+f2"),
                                                        sample_data::EspeakVoice("en-us+m3")};
  std::vector<KnownClip> clips;
  for (const std::string& text : sample_data::natural_sentences("en", count, 1)) {
    clips.push_back({text, voices[clips.size() % voices.size()].speak(text).mono});
  }
  return clips;
}

// Clips of a folder in the LJSpeech layout; none where it is absent.
inline std::vector<KnownClip> recorded_clips(const core::Path& folder) {
  std::vector<KnownClip> clips;
  std::ifstream metadata(folder / "metadata.csv");
  for (std::string line; std::getline(metadata, line);) {
    const std::size_t bar = line.find('|');
    const core::Path file = folder / "wavs" / (line.substr(0, bar) + ".flac");
    clips.push_back({line.substr(bar + 1, line.find('|', bar + 1) - bar - 1), media::read_audio(file).mono});
  }
  return clips;
}

class Joiner {
 public:
  explicit Joiner(std::uint32_t seed) : random_(seed) {}

  // The clips in a new order each round, with 0.3 to 1 s of silence before and behind each and white noise.
  JoinedRecording join(std::vector<KnownClip> clips, double seconds, double noise_rms) {
    JoinedRecording joined;
    while (static_cast<double>(joined.samples.size()) < seconds * JoinedRecording::kRateHz) {
      std::shuffle(clips.begin(), clips.end(), random_);
      for (const KnownClip& clip : clips) append(joined, clip);
    }
    std::normal_distribution<float> noise(0, static_cast<float>(noise_rms));
    for (float& sample : joined.samples) sample += noise(random_);
    return joined;
  }

  // SubRip with times that are up to 0.3 s off.
  std::string subtitles(const JoinedRecording& joined) {
    std::string text;
    for (std::size_t i = 0; i < joined.texts.size(); ++i) {
      const double begin = std::max(0.0, joined.places[i].begin_seconds + uniform(-0.3, 0.3));
      const double end = joined.places[i].end_seconds + uniform(-0.3, 0.3);
      text += std::to_string(i + 1) + "\n" + time(begin) + " --> " + time(end) + "\n" + joined.texts[i] + "\n\n";
    }
    return text;
  }

 private:
  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

  void append(JoinedRecording& joined, const KnownClip& clip) {
    append_silence(joined);
    const auto seconds = [&] { return static_cast<double>(joined.samples.size()) / JoinedRecording::kRateHz; };
    const double begin = seconds();
    joined.samples.insert(joined.samples.end(), clip.samples.begin(), clip.samples.end());
    joined.texts.push_back(clip.text);
    joined.places.push_back({begin, seconds()});
    append_silence(joined);
  }

  void append_silence(JoinedRecording& joined) {
    joined.samples.resize(joined.samples.size() + static_cast<std::size_t>(uniform(0.3, 1) * JoinedRecording::kRateHz));
  }

  static std::string time(double seconds) {
    const auto milliseconds = static_cast<std::int64_t>(std::llround(seconds * 1000));
    char text[32];
    std::snprintf(text, sizeof text, "%02lld:%02lld:%02lld,%03lld", static_cast<long long>(milliseconds / 3'600'000),
                  static_cast<long long>(milliseconds / 60'000 % 60), static_cast<long long>(milliseconds / 1000 % 60),
                  static_cast<long long>(milliseconds % 1000));
    return text;
  }

  std::mt19937 random_;
};

}  // namespace myxtts::long_recordings

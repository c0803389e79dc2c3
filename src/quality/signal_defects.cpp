#include "quality/signal_defects.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace myxtts::quality {
namespace {

// Limits. The 24 real clips of the tests are far from each of them.
constexpr double kFaintestSpeechDb = -60;
constexpr double kMinSpeechShare = 0.4;
constexpr double kMaxStartSilenceSeconds = 0.8;
constexpr double kMaxEndSilenceSeconds = 1.0;
constexpr double kMaxPauseSeconds = 1.5;
constexpr double kEndUnderSpeechDb = 10;
constexpr double kMaxDropoutSeconds = 0.003;
constexpr double kMinLoudnessLufs = -38;
constexpr double kMaxClippedShare = 1e-4;
constexpr double kMaxOffset = 0.01;
constexpr double kMinOverNoiseDb = 18;
constexpr double kMinSecondsWithPauses = 1;  // a shorter clip may have no pause
constexpr double kMaxHumDb = -60;
constexpr double kHumUnderSpeechDb = 38;
constexpr double kHumOverNeighboursDb = 12;
constexpr double kMinBandwidthHz = 5500;
constexpr double kMaxBalanceDb = 25;
constexpr double kMaxMixingLossDb = 9;

class DefectList {
 public:
  // `text` gives the value and, after a semicolon, what is allowed.
  template <typename... Values>
  void add_if(bool is_wrong, Defect defect, fmt::format_string<Values...> text, Values&&... values) {
    if (is_wrong) defects_.push_back({defect, fmt::format(text, std::forward<Values>(values)...)});
  }
  [[nodiscard]] std::vector<FoundDefect> take() { return std::move(defects_); }

 private:
  std::vector<FoundDefect> defects_;
};

void judge_silence(const SignalMeasures& m, double seconds, DefectList& defects) {
  defects.add_if(m.speech_seconds < kMinSpeechShare * seconds, Defect::kMostlySilent,
                 "only {:.0f} % of it are speech; expected at least {:.0f} %", 100 * m.speech_seconds / seconds,
                 100 * kMinSpeechShare);
  defects.add_if(m.start_silence_seconds > kMaxStartSilenceSeconds, Defect::kSilentStart,
                 "it starts with {:.2f} s of silence; at most {:g} s are expected", m.start_silence_seconds,
                 kMaxStartSilenceSeconds);
  defects.add_if(m.end_silence_seconds > kMaxEndSilenceSeconds, Defect::kSilentEnd,
                 "it ends with {:.2f} s of silence; at most {:g} s are expected", m.end_silence_seconds,
                 kMaxEndSilenceSeconds);
  defects.add_if(m.longest_pause_seconds > kMaxPauseSeconds, Defect::kLongPause,
                 "it holds a pause of {:.2f} s; at most {:g} s are expected", m.longest_pause_seconds,
                 kMaxPauseSeconds);
}

void judge_ends(const SignalMeasures& m, DefectList& defects) {
  const double limit = m.speech_db - kEndUnderSpeechDb;
  defects.add_if(m.start_db > limit, Defect::kCutStart,
                 "its first 10 ms are at {:.0f} dB, as loud as its speech; expected under {:.0f} dB", m.start_db,
                 limit);
  defects.add_if(m.end_db > limit, Defect::kCutEnd,
                 "its last 10 ms are at {:.0f} dB, as loud as its speech; expected under {:.0f} dB", m.end_db, limit);
  defects.add_if(m.longest_dropout_seconds > kMaxDropoutSeconds, Defect::kDropout,
                 "its sound breaks off for {:.0f} ms; at most {:.0f} ms are expected", 1000 * m.longest_dropout_seconds,
                 1000 * kMaxDropoutSeconds);
}

void judge_level(const SignalMeasures& m, DefectList& defects) {
  defects.add_if(m.loudness_lufs < kMinLoudnessLufs, Defect::kQuiet,
                 "its loudness is {:.1f} LUFS; at least {:g} LUFS are expected", m.loudness_lufs, kMinLoudnessLufs);
  defects.add_if(m.clipped_share > kMaxClippedShare, Defect::kClipped,
                 "{:.3f} % of its samples are clipped; at most {:g} % are expected", 100 * m.clipped_share,
                 100 * kMaxClippedShare);
  defects.add_if(std::abs(m.offset) > kMaxOffset, Defect::kOffset,
                 "its samples have a mean of {:.3f}; expected is 0, to {:g}", m.offset, kMaxOffset);
}

void judge_spectrum(const SignalMeasures& m, double seconds, DefectList& defects) {
  const bool has_pauses = seconds >= kMinSecondsWithPauses;
  defects.add_if(has_pauses && m.speech_db - m.noise_db < kMinOverNoiseDb, Defect::kNoisy,
                 "its speech is {:.0f} dB over its faintest parts; at least {:.0f} dB are expected",
                 m.speech_db - m.noise_db, kMinOverNoiseDb);
  const bool is_heard = m.hum.level_db > kMaxHumDb && m.hum.level_db > m.speech_db - kHumUnderSpeechDb;
  defects.add_if(is_heard && m.hum.over_neighbours_db > kHumOverNeighboursDb, Defect::kHum,
                 "it hums at {} Hz with {:.0f} dB; at most {:.0f} dB are expected", m.hum.frequency_hz, m.hum.level_db,
                 kMaxHumDb);
  defects.add_if(m.bandwidth_hz < kMinBandwidthHz, Defect::kNarrowBand,
                 "it holds nothing over {:.1f} kHz; expected is sound up to at least {:.1f} kHz", m.bandwidth_hz / 1000,
                 kMinBandwidthHz / 1000);
}

void judge_channels(const SignalMeasures& m, DefectList& defects) {
  defects.add_if(m.balance_db > kMaxBalanceDb, Defect::kOneSided,
                 "one of its channels is {:.0f} dB fainter than another; at most {:.0f} dB are expected", m.balance_db,
                 kMaxBalanceDb);
  defects.add_if(m.mixing_loss_db > kMaxMixingLossDb, Defect::kAntiPhase,
                 "its channels cancel out by {:.0f} dB when they are averaged; at most {:.0f} dB are expected",
                 m.mixing_loss_db, kMaxMixingLossDb);
}

}  // namespace

std::vector<FoundDefect> signal_defects(const SignalMeasures& m, double seconds) {
  DefectList defects;
  judge_channels(m, defects);
  if (m.speech_db < kFaintestSpeechDb) {
    defects.add_if(true, Defect::kSilent,
                   "it is silent: its loudest parts are at {:.0f} dB; expected are at least {:.0f} dB", m.speech_db,
                   kFaintestSpeechDb);
    return defects.take();
  }
  judge_silence(m, seconds, defects);
  judge_ends(m, defects);
  judge_level(m, defects);
  judge_spectrum(m, seconds, defects);
  return defects.take();
}

}  // namespace myxtts::quality

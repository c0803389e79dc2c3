#pragma once
// What is wrong with a clip, or looks wrong: the defects that are looked for, and what to do about each.

#include <string>
#include <string_view>

namespace myxtts::quality {

enum class Severity {
  kRejected,    // it cannot be trained on
  kSuspicious,  // it can, but somebody should listen or read
};

enum class Defect {
  // The clip cannot be used.
  kLine,
  kNoText,
  kUnknownLanguage,
  kTooManyTokens,
  kNoRecording,
  kUnreadable,
  kTooShort,
  kTooLong,
  kSampleRate,
  // Its text looks wrong.
  kNoLetters,
  kDigits,
  kWebAddress,
  kMarkup,
  kAnnotation,
  kGarbled,
  kUnknownCharacters,
  kRareCharacters,
  // Its sound looks wrong.
  kSilent,
  kMostlySilent,
  kSilentStart,
  kSilentEnd,
  kLongPause,
  kCutStart,
  kCutEnd,
  kDropout,
  kQuiet,
  kClipped,
  kOffset,
  kNoisy,
  kHum,
  kNarrowBand,
  kOneSided,
  kAntiPhase,
  // It looks wrong beside the others.
  kTooFast,
  kTooSlow,
  kOtherLoudness,
  kOtherRate,
  kSameRecording,
  kSameText,
  kLoneSpeaker,
};

struct DefectKind {
  std::string_view name;  // of the kind, as programs read it: "too-short"
  Severity severity;
  std::string_view advice;  // what to do
};

[[nodiscard]] const DefectKind& kind_of(Defect defect);

// What is wrong, of a clip that its holder names.
struct Fault {
  Defect defect;
  std::string reason;  // with the value that was found, and what is allowed
};

// What is wrong, of a clip by name.
struct Finding {
  Defect defect;
  std::string id;
  std::string where;  // "metadata.csv:12"
  std::string file;   // its recording, where one was found
  std::string reason;

  [[nodiscard]] bool is_rejection() const { return kind_of(defect).severity == Severity::kRejected; }
};

}  // namespace myxtts::quality

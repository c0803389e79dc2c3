#pragma once
// The defects of clips that the check looks for, and what to do about each.

#include <string>
#include <string_view>

namespace myxtts::quality {

enum class Severity {
  kRejected,    // it cannot be trained on
  kSuspicious,  // it can, but a person should listen to it or read its text
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
  // It looks wrong in comparison with the other clips.
  kTooFast,
  kTooSlow,
  kOtherLoudness,
  kOtherRate,
  kSameRecording,
  kSameText,
  kLoneSpeaker,
  kCount,  // not a defect: their number; it stays last
};

struct DefectKind {
  Defect defect;
  std::string_view name;  // for programs: "too-short"
  Severity severity;
  std::string_view advice;  // what to do
};

[[nodiscard]] const DefectKind& kind_of(Defect defect);

// A defect of a clip; the caller knows which clip.
struct FoundDefect {
  Defect defect;
  std::string reason;  // with the value found and the values allowed
};

// A defect of the clip that is named here.
struct Finding {
  Defect defect;
  std::string id;
  std::string where;  // "metadata.csv:12"
  std::string file;   // its recording; "" if none was found
  std::string reason;

  [[nodiscard]] bool is_rejection() const { return kind_of(defect).severity == Severity::kRejected; }
};

}  // namespace myxtts::quality

#include "quality/finding.hpp"

#include <array>
#include <cstddef>

namespace myxtts::quality {
namespace {

using enum Severity;
using enum Defect;

// In the order of Defect.
constexpr auto kKinds = std::to_array<DefectKind>({
    {kLine, "line", kRejected, "Mend the line, or remove it."},
    {kNoText, "no-text", kRejected, "Write down what is said, or remove the line."},
    {kUnknownLanguage, "unknown-language", kRejected, "Name a language that is known, or remove the line."},
    {kTooManyTokens, "too-many-tokens", kRejected, "Cut the clip and its text in two."},
    {kNoRecording, "no-recording", kRejected, "Add the recording, or remove the line."},
    {kUnreadable, "unreadable", kRejected, "Make the recording again from its source, or remove the line."},
    {kTooShort, "too-short", kRejected, "Join it with the clip beside it, or remove the line."},
    {kTooLong, "too-long", kRejected, "Cut it in a pause, text and all (./myxtts prepare does), or remove the line."},
    {kSampleRate, "sample-rate", kRejected, "Convert it to 22050 Hz or more."},
    {kNoLetters, "no-letters", kSuspicious, "Write down what is said."},
    {kDigits, "digits", kSuspicious, "Write the number in words."},
    {kWebAddress, "web-address", kSuspicious, "Write it as it is said, in words."},
    {kMarkup, "markup", kSuspicious, "Remove what is not said."},
    {kAnnotation, "annotation", kSuspicious, "Remove what is not said, or the clip where it is not speech."},
    {kGarbled, "garbled", kSuspicious, "The text was read in a wrong encoding: export it again as UTF-8."},
    {kUnknownCharacters, "unknown-characters", kSuspicious,
     "Write it with characters that the vocabulary has: the others are not spoken."},
    {kRareCharacters, "rare-characters", kSuspicious,
     "Write it with the characters of the other clips: so few clips teach no sound."},
    {kSilent, "silent", kSuspicious, "Remove the clip, or record it again."},
    {kMostlySilent, "mostly-silent", kSuspicious, "Cut the silence off; see whether some of the speech is missing."},
    {kSilentStart, "silent-start", kSuspicious, "Cut the silence off, up to about 0.2 s."},
    {kSilentEnd, "silent-end", kSuspicious, "Cut the silence off, up to about 0.3 s."},
    {kLongPause, "long-pause", kSuspicious, "Cut the clip in two there, or shorten the pause."},
    {kCutStart, "cut-start", kSuspicious, "Listen to it: cut it anew where its first word is cut off."},
    {kCutEnd, "cut-end", kSuspicious, "Listen to it: cut it anew where its last word is cut off."},
    {kDropout, "dropout", kSuspicious, "Make the recording again from its source: a piece of it is lost."},
    {kQuiet, "quiet", kSuspicious, "Raise its level, from the source with the finest resolution."},
    {kClipped, "clipped", kSuspicious, "Record it again at a lower level: what is clipped is lost."},
    {kOffset, "offset", kSuspicious, "Remove the constant offset with a high-pass filter at 20 Hz."},
    {kNoisy, "noisy", kSuspicious, "Listen to it: clean it, or remove it; the voice learns its noise."},
    {kHum, "hum", kSuspicious, "Remove the hum with a high-pass filter at 70 Hz or a notch filter."},
    {kNarrowBand, "narrow-band", kSuspicious, "Use the recording from before it was compressed, or a better one."},
    {kOneSided, "one-sided", kSuspicious, "Keep the channel that holds speech: channels are averaged."},
    {kAntiPhase, "anti-phase", kSuspicious, "Keep one channel, or invert one: averaged, they cancel out."},
    {kTooFast, "too-fast", kSuspicious,
     "Listen to it: its text says more than its speaker, or belongs to another clip."},
    {kTooSlow, "too-slow", kSuspicious,
     "Listen to it: its speaker says more than its text, or the text belongs to another clip."},
    {kOtherLoudness, "other-loudness", kSuspicious, "Bring it to the loudness of the others."},
    {kOtherRate, "other-rate", kSuspicious, "See where it comes from: it sounds duller or brighter than the others."},
    {kSameRecording, "same-recording", kSuspicious, "Keep one of them, with the text that is right."},
    {kSameText, "same-text", kSuspicious, "Listen to both: one text may belong to another clip."},
    {kLoneSpeaker, "lone-speaker", kSuspicious,
     "Add clips of this speaker: the voice prompt should come from another clip."},
});

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i].defect != static_cast<Defect>(i)) return false;
  }
  return kKinds.size() == static_cast<std::size_t>(kCount);
}
static_assert(is_in_order(), "a row for each Defect, in their order");

}  // namespace

const DefectKind& kind_of(Defect defect) { return kKinds.at(static_cast<std::size_t>(defect)); }

}  // namespace myxtts::quality

#include "quality/finding.hpp"

#include <array>
#include <cstddef>

namespace myxtts::quality {
namespace {

using enum Severity;

// In the order of Defect.
constexpr auto kKinds = std::to_array<DefectKind>({
    {"line", kRejected, "Mend the line, or remove it."},
    {"no-text", kRejected, "Write down what is said, or remove the line."},
    {"unknown-language", kRejected, "Name a language that is known, or remove the line."},
    {"too-many-tokens", kRejected, "Cut the clip and its text in two."},
    {"no-recording", kRejected, "Add the recording, or remove the line."},
    {"unreadable", kRejected, "Make the recording again from its source, or remove the line."},
    {"too-short", kRejected, "Join it with the clip beside it, or remove the line."},
    {"too-long", kRejected, "Cut it in a pause, text and all (./myxtts prepare does), or remove the line."},
    {"sample-rate", kRejected, "Convert it to 22050 Hz or more."},
    {"no-letters", kSuspicious, "Write down what is said."},
    {"digits", kSuspicious, "Write the number in words."},
    {"web-address", kSuspicious, "Write it as it is said, in words."},
    {"markup", kSuspicious, "Remove what is not said."},
    {"annotation", kSuspicious, "Remove what is not said, or the clip where it is not speech."},
    {"garbled", kSuspicious, "The text was read in a wrong encoding: export it again as UTF-8."},
    {"unknown-characters", kSuspicious, "Write it with characters that the vocabulary has: the others are not spoken."},
    {"rare-characters", kSuspicious, "Write it with the characters of the other clips: so few clips teach no sound."},
    {"silent", kSuspicious, "Remove the clip, or record it again."},
    {"mostly-silent", kSuspicious, "Cut the silence off; see whether some of the speech is missing."},
    {"silent-start", kSuspicious, "Cut the silence off, up to about 0.2 s."},
    {"silent-end", kSuspicious, "Cut the silence off, up to about 0.3 s."},
    {"long-pause", kSuspicious, "Cut the clip in two there, or shorten the pause."},
    {"cut-start", kSuspicious, "Listen to it: cut it anew where its first word is cut off."},
    {"cut-end", kSuspicious, "Listen to it: cut it anew where its last word is cut off."},
    {"dropout", kSuspicious, "Make the recording again from its source: a piece of it is lost."},
    {"quiet", kSuspicious, "Raise its level, from the source with the finest resolution."},
    {"clipped", kSuspicious, "Record it again at a lower level: what is clipped is lost."},
    {"offset", kSuspicious, "Remove the constant offset with a high-pass filter at 20 Hz."},
    {"noisy", kSuspicious, "Listen to it: clean it, or remove it; the voice learns its noise."},
    {"hum", kSuspicious, "Remove the hum with a high-pass filter at 70 Hz or a notch filter."},
    {"narrow-band", kSuspicious, "Use the recording from before it was compressed, or a better one."},
    {"one-sided", kSuspicious, "Keep the channel that holds speech: channels are averaged."},
    {"anti-phase", kSuspicious, "Keep one channel, or invert one: averaged, they cancel out."},
    {"too-fast", kSuspicious, "Listen to it: its text says more than its speaker, or belongs to another clip."},
    {"too-slow", kSuspicious,
     "Listen to it: its speaker says more than its text, or the text belongs to another clip."},
    {"other-loudness", kSuspicious, "Bring it to the loudness of the others."},
    {"other-rate", kSuspicious, "See where it comes from: it sounds duller or brighter than the others."},
    {"same-recording", kSuspicious, "Keep one of them, with the text that is right."},
    {"same-text", kSuspicious, "Listen to both: one text may belong to another clip."},
    {"lone-speaker", kSuspicious, "Add clips of this speaker: the voice prompt should come from another clip."},
});
static_assert(kKinds.size() == static_cast<std::size_t>(Defect::kLoneSpeaker) + 1);

}  // namespace

const DefectKind& kind_of(Defect defect) { return kKinds.at(static_cast<std::size_t>(defect)); }

}  // namespace myxtts::quality

#pragma once
// `prepare`: turns long recordings and their texts into a data set in the LJSpeech layout.

#include <cstddef>
#include <string>

#include "core/console.hpp"
#include "core/file_system.hpp"
#include "long_recordings/clip_plan.hpp"

namespace myxtts::long_recordings {

struct PrepareOptions {
  core::Path input;             // a recording, or a folder of recordings
  core::Path subtitles;         // of the recording (SRT or WebVTT); empty: searched beside it
  core::Path text;              // of the recording, without times; empty: searched beside it
  core::Path output;            // the data folder
  std::string language = "en";  // of the text
  ClipLengths lengths;
  double shortest_pause_seconds = 0.2;  // of a pause in which to cut
  double reach_seconds = 1;             // how far a cue's times may be from its speech
};

struct PrepareReport {
  std::size_t clips = 0;
  std::size_t left_out = 0;
  double recording_seconds = 0;
  double clip_seconds = 0;
};

// Writes wavs/NAME-0001.wav (16 bit, mono, at the recording's rate), prepare.json (the options, each clip's place in
// its recording, and what was left out and why), speakers.csv (`id|speaker`, if cues name speakers) and, last and
// atomically, metadata.csv (`id|text`): a folder with prepare.json and without metadata.csv is incomplete and is made
// anew. Memory: a few hundred bytes per second of a recording, and one clip.
// Throws: core::UsageError for options that contradict each other; core::DataError for a recording or text that cannot
// be used, for an output folder that holds something else, and if no clip could be made.
PrepareReport prepare(core::FileSystem& files, const PrepareOptions& options, core::Console& console);

}  // namespace myxtts::long_recordings

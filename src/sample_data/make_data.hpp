#pragma once
// `make-data`: a data set in LJSpeech layout, spoken by espeak-ng.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/console.hpp"
#include "core/file_system.hpp"

namespace myxtts::sample_data {

enum class SentenceKind { kSlot, kNatural };

// "slot" or "natural". Throws: core::UsageError for another name.
[[nodiscard]] SentenceKind parse_sentence_kind(std::string_view name);

struct MakeDataOptions {
  core::Path output;                             // the data folder
  SentenceKind sentences = SentenceKind::kSlot;  // slot: few words, easy to learn and to judge; natural: all sounds
  std::size_t count = 0;                         // number of sentences; 0: 3,000 slot sentences, or all natural ones
  std::string language = "en";                   // of the sentences
  std::vector<std::string> voices;               // names in espeak-ng, used round-robin; empty: default_voice()
  std::uint64_t seed = 0;                        // determines the sentences
};

struct MakeDataReport {
  std::size_t sentences = 0;
  double audio_seconds = 0;    // 0 if the data set existed already
  bool already_there = false;  // made earlier with the same options: left as it was
};

// Writes wavs/ID.wav (22,050 Hz, mono, 16 bit), make-data.json (the options), speakers.csv (`id|voice`, with several
// voices) and, last and atomically, metadata.csv (`id|text`): a folder without it is incomplete and is made anew.
// Throws: core::UsageError for options that contradict each other or ask for too much; core::DataError for an unknown
// voice and for an output folder that holds something else.
MakeDataReport make_data(core::FileSystem& files, const MakeDataOptions& options, core::Console& console);

}  // namespace myxtts::sample_data

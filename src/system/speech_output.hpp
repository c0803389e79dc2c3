#pragma once
// Where speech is written: one WAV, or a folder of 0001.wav, 0002.wav, ... beside a metadata.csv that the judge reads.
// What could write over something of the user's is refused before any work is done.

#include <span>
#include <string>
#include <vector>

#include "core/file_system.hpp"

namespace myxtts::system {

// A folder that is there, or a name that ends in /.
[[nodiscard]] bool means_folder(const core::Path& output);

// Throws: core::ConfigError where `file` is one of `sources` (what the command reads), or is there and is no regular
// file.
void require_free_output(const core::Path& file, std::span<const core::Path> sources);
// Throws: core::ConfigError where the folder holds recordings (wavs/), or a metadata.csv that no speech was written
// beside.
void require_speech_folder(const core::Path& folder);

// 22,050 Hz, 16 bits; folders on the way are made. A link is written through.
void write_speech(const core::Path& file, const std::vector<float>& samples);
void write_speech_folder(const core::Path& folder, const std::vector<std::vector<float>>& speech,
                         const std::vector<std::string>& texts);

}  // namespace myxtts::system

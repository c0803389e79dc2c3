#pragma once
// Output of speech: one WAV file, or a folder of 0001.wav, 0002.wav, ... and a metadata.csv that scripts/judge reads.
// An output that would overwrite files of the user is refused before any work is done.

#include <span>
#include <string>
#include <vector>

#include "core/file_system.hpp"

namespace myxtts::speech {

// Whether `output` is an existing folder or ends in /.
[[nodiscard]] bool means_folder(const core::Path& output);

// Throws: core::ConfigError if `file` is one of `sources` (the files that the command reads), or exists and is not a
// regular file.
void require_free_output(const core::Path& file, std::span<const core::Path> sources);
// Throws: core::ConfigError if the folder holds recordings (wavs/), or a metadata.csv that was not written with speech.
void require_speech_folder(const core::Path& folder);

// 22,050 Hz, 16 bits; parent folders are created. A symbolic link is followed.
void write_speech(const core::Path& file, const std::vector<float>& samples);
void write_speech_folder(const core::Path& folder, const std::vector<std::vector<float>>& speech,
                         const std::vector<std::string>& texts);

}  // namespace myxtts::speech

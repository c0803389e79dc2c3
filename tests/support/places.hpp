#pragma once
// The paths of the project's files and of the build, in one file so that no other depends on the path of the clone.

#include <filesystem>

namespace myxtts::support {

// The project's root folder.
[[nodiscard]] std::filesystem::path source_folder();

// The build's folder: bin/, fake_driver/.
[[nodiscard]] std::filesystem::path binary_folder();

// Real speech for tests that need it, 24 clips of LJSpeech: MYXTTS_SPEECH, or ../shared/data/ljspeech-24 beside the
// project. Such tests are skipped where the folder does not exist.
[[nodiscard]] std::filesystem::path real_speech();

}  // namespace myxtts::support

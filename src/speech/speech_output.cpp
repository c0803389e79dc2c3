#include "speech/speech_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <string>

#include "core/error.hpp"
#include "core/lines.hpp"
#include "media/audio_file.hpp"
#include "synthesis/speech_decoder.hpp"

namespace myxtts::speech {
namespace {

constexpr const char* kMetadata = "metadata.csv";

[[noreturn]] void refuse(const std::string& what, const core::Path& value) {
  throw core::ConfigError({.what = what,
                           .where = "--output",
                           .value = value.string(),
                           .expected = {},
                           .advice = "Nothing was written; give another --output."});
}

bool is_same_file(const core::Path& a, const core::Path& b) {
  std::error_code code;
  return std::filesystem::equivalent(a, b, code);
}

std::string name_of_line(std::size_t index) { return fmt::format("{:04}", index + 1); }

// Every line is `0001|text`, as write_speech_folder writes it.
bool is_of_speech(const std::string& metadata) {
  static const std::regex name("[0-9]{4,}");
  return std::ranges::all_of(core::split_lines(metadata), [&](std::string_view line) {
    return std::regex_match(std::string(line.substr(0, line.find('|'))), name);
  });
}

}  // namespace

bool means_folder(const core::Path& output) { return !output.has_filename() || std::filesystem::is_directory(output); }

void require_free_output(const core::Path& file, std::span<const core::Path> sources) {
  std::error_code code;
  const auto type = std::filesystem::status(file, code).type();
  if (type == std::filesystem::file_type::not_found) return;
  if (type != std::filesystem::file_type::regular) refuse("speech can be written to a regular file only", file);
  for (const core::Path& source : sources) {
    if (is_same_file(file, source)) refuse("the output is a file that is read, and would be written over", file);
  }
}

void require_speech_folder(const core::Path& folder) {
  const core::FileSystem& files = core::local_file_system();
  if (files.exists(folder / "wavs")) refuse("the folder holds a data set", folder);
  if (files.exists(folder / kMetadata) && !is_of_speech(files.read(folder / kMetadata))) {
    refuse("the folder holds transcripts that would be written over", folder / kMetadata);
  }
}

void write_speech(const core::Path& file, const std::vector<float>& samples) {
  core::FileSystem& files = core::local_file_system();
  if (file.has_parent_path()) files.create_directories(file.parent_path());
  const core::Path target = std::filesystem::is_symlink(file) ? std::filesystem::weakly_canonical(file) : file;
  media::write_wav(files, target, samples, synthesis::kSampleRateHz);
}

void write_speech_folder(const core::Path& folder, const std::vector<std::vector<float>>& speech,
                         const std::vector<std::string>& texts) {
  std::string metadata;
  for (std::size_t i = 0; i < speech.size(); ++i) {
    write_speech(folder / (name_of_line(i) + ".wav"), speech[i]);
    std::string text = texts[i];
    std::ranges::replace(text, '|', ' ');
    metadata += fmt::format("{}|{}\n", name_of_line(i), text);
  }
  core::write_atomically(core::local_file_system(), folder / kMetadata, metadata);
}

}  // namespace myxtts::speech

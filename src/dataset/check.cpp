#include "dataset/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.hpp"

namespace myxtts::dataset {
namespace {

constexpr std::array<const char*, 4> kEndings{".wav", ".flac", ".mp3", ".ogg"};
constexpr int kLowestRateHz = 8000;
constexpr int kHighestRateHz = 192000;

// One fault of one clip; it never leaves this file.
[[noreturn]] void reject(const std::string& reason) { throw core::DataError(reason); }

// The names in wavs/, sorted.
std::vector<std::string> list_recordings(const core::FileSystem& files, const core::Path& folder) {
  try {
    return files.list(folder);
  } catch (const core::Error& error) {
    throw core::DataError({.what = error.what(),
                           .where = {},
                           .value = {},
                           .expected = "the recordings in wavs/ beside metadata.csv",
                           .advice = {}});
  }
}

std::string find_recording(const std::vector<std::string>& names, const std::string& id) {
  for (const char* ending : kEndings) {
    if (std::ranges::binary_search(names, id + ending)) return id + ending;
  }
  reject("there is no wavs/" + id + ".wav, .flac, .mp3 or .ogg");
}

void check_audio(const media::AudioInfo& audio, const config::DataSettings& settings) {
  const double seconds = audio.seconds();
  if (seconds < settings.min_seconds || seconds > settings.max_seconds) {
    reject(fmt::format("it is {:.2f} s long; allowed are {:g} to {:g} s (data.min_seconds, data.max_seconds)", seconds,
                       settings.min_seconds, settings.max_seconds));
  }
  if (audio.sample_rate_hz < kLowestRateHz || audio.sample_rate_hz > kHighestRateHz) {
    reject(fmt::format("its sample rate is {} Hz; allowed are {} to {} Hz", audio.sample_rate_hz, kLowestRateHz,
                       kHighestRateHz));
  }
}

void encode_clip(Clip& clip, const config::DataSettings& settings, const EncodeText& encode) {
  clip.tokens = encode(clip.text);
  if (std::cmp_greater(clip.tokens.size(), settings.max_text_tokens)) {
    reject(fmt::format("its text has {} tokens; at most {} are allowed (data.max_text_tokens)", clip.tokens.size(),
                       settings.max_text_tokens));
  }
}

}  // namespace

CheckedDataset check_data_set(const core::FileSystem& files, const Manifest& manifest,
                              const config::DataSettings& settings, const NormaliseText& normalise,
                              const EncodeText& encode) {
  const core::Path recordings = manifest.folder / "wavs";
  const std::vector<std::string> names = list_recordings(files, recordings);
  std::vector<Rejection> rejections = manifest.rejections;
  std::vector<Clip> clips;
  clips.reserve(manifest.rows.size());
  for (const ManifestRow& row : manifest.rows) {
    try {
      Clip clip;
      clip.id = row.id;
      clip.speaker = row.speaker;
      clip.where = row.where;
      clip.text = normalise(row.text);
      if (clip.text.find_first_not_of(' ') == std::string::npos) reject("its text is empty after normalisation");
      if (encode) encode_clip(clip, settings, encode);
      clip.file = recordings / find_recording(names, row.id);
      clip.audio = media::probe(clip.file);
      check_audio(clip.audio, settings);
      media::require_numbers(clip.file);
      clips.push_back(std::move(clip));
    } catch (const core::DataError& error) {
      rejections.push_back({row.id, row.where, error.what()});
    }
  }
  return {.dataset = Dataset(std::move(clips)),
          .rejections = std::move(rejections),
          .total = manifest.rows.size() + manifest.rejections.size()};
}

void assign_tokens(CheckedDataset& checked, const config::DataSettings& settings, const EncodeText& encode) {
  std::vector<Clip> clips;
  clips.reserve(checked.dataset.size());
  for (const Clip& accepted : checked.dataset.clips()) {
    Clip clip = accepted;
    try {
      encode_clip(clip, settings, encode);
      clips.push_back(std::move(clip));
    } catch (const core::DataError& error) {
      checked.rejections.push_back({accepted.id, accepted.where, error.what()});
    }
  }
  checked.dataset = Dataset(std::move(clips));
}

void enforce_rejection_limit(std::span<const Rejection> rejections, std::size_t total, double max_rejected,
                             core::Console& console) {
  for (const Rejection& rejection : rejections) {
    console.warning(fmt::format("clip '{}' ({}) is left out: {}", rejection.id, rejection.where, rejection.reason));
  }
  const double allowed = max_rejected * static_cast<double>(total);
  const bool nothing_left = rejections.size() >= total;
  if (!nothing_left && static_cast<double>(rejections.size()) <= allowed) return;
  const std::string count = fmt::format("{} of {} clips", rejections.size(), total);
  if (nothing_left) {
    throw core::DataError(total == 0 ? "the data set names no clips"
                                     : "no clip of the data set can be used (" + count + " rejected)");
  }
  throw core::DataError({.what = count + " cannot be used",
                         .where = {},
                         .value = {},
                         .expected = fmt::format("at most {:g} %", 100 * max_rejected),
                         .advice = "Mend the clips that are named above, or allow more with --max-rejected."});
}

}  // namespace myxtts::dataset

#include "quality/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "dataset/clip_limit.hpp"
#include "manifest/recordings.hpp"
#include "media/audio_file.hpp"
#include "quality/signal_defects.hpp"
#include "quality/text_defects.hpp"
#include "text/normaliser.hpp"

namespace myxtts::quality {
namespace {

constexpr int kLowestRateHz = 8000;
constexpr int kHighestRateHz = 192000;

// Thrown for an unusable clip and caught in this file.
class Unusable : public std::runtime_error {
 public:
  Unusable(Defect defect, const std::string& reason) : std::runtime_error(reason), defect_(defect) {}
  [[nodiscard]] Defect defect() const { return defect_; }

 private:
  Defect defect_;
};

[[noreturn]] void reject(Defect defect, const std::string& reason) { throw Unusable(defect, reason); }

// Calls `call`, and rejects the clip if it throws DataError.
template <typename Call>
auto reject_on_error(Defect defect, Call&& call) {
  try {
    return call();
  } catch (const core::DataError& error) {
    reject(defect, error.what());
  }
}

void check_audio(const media::AudioInfo& audio, const config::DataSettings& settings) {
  const double seconds = audio.seconds();
  if (seconds < settings.min_seconds || seconds > settings.max_seconds) {
    reject(seconds < settings.min_seconds ? Defect::kTooShort : Defect::kTooLong,
           fmt::format("it is {:.2f} s long; allowed are {:g} to {:g} s (data.min_seconds, data.max_seconds)", seconds,
                       settings.min_seconds, settings.max_seconds));
  }
  if (audio.sample_rate_hz < kLowestRateHz || audio.sample_rate_hz > kHighestRateHz) {
    reject(Defect::kSampleRate, fmt::format("its sample rate is {} Hz; allowed are {} to {} Hz", audio.sample_rate_hz,
                                            kLowestRateHz, kHighestRateHz));
  }
}

void encode_clip(dataset::Clip& clip, const config::DataSettings& settings, const EncodeText& encode) {
  clip.tokens = reject_on_error(Defect::kNoText, [&] { return encode(clip.text, clip.language); });
  if (std::cmp_greater(clip.tokens.size(), settings.max_text_tokens)) {
    reject(Defect::kTooManyTokens, fmt::format("its text has {} tokens; at most {} are allowed (data.max_text_tokens)",
                                               clip.tokens.size(), settings.max_text_tokens));
  }
}

// The language of a clip, from the name that the manifest has for it.
std::string read_language(const std::string& written) {
  if (written.empty()) return {};
  std::string language = text::find_language(written);
  if (language.empty()) {
    reject(Defect::kUnknownLanguage,
           fmt::format("its language is '{}'; known are {}", written, fmt::join(text::normaliser_languages(), ", ")));
  }
  return language;
}

void read_text(dataset::Clip& clip, const std::string& written, const NormaliseText& normalise) {
  clip.text = reject_on_error(Defect::kNoText, [&] { return normalise(written, clip.language); });
  if (clip.text.find_first_not_of(' ') == std::string::npos) {
    reject(Defect::kNoText, "its text is empty after normalisation");
  }
}

// The result of the check of one manifest line.
struct CheckedRow {
  std::optional<dataset::Clip> clip;  // set if the clip can be used
  std::optional<SignalMeasures> measures;
  std::vector<Finding> findings;
};

// Checks one row at a time. Thread: thread-safe.
class RowCheck {
 public:
  RowCheck(const core::FileSystem& files, const core::Path& folder, const config::DataSettings& settings,
           const NormaliseText& normalise, Depth depth, const dataset::FindRecording& known)
      : settings_(settings), normalise_(normalise), depth_(depth), known_(known), recordings_(files, folder) {}

  [[nodiscard]] CheckedRow check(const manifest::ManifestRow& row) const {
    CheckedRow result;
    dataset::Clip clip{.id = row.id,
                       .file = {},
                       .speaker = row.speaker,
                       .text = {},
                       .tokens = {},
                       .audio = {},
                       .where = row.where,
                       .language = {},
                       .weight = 1,
                       .is_lost = false};
    const auto add = [&](Defect defect, const std::string& reason) {
      result.findings.push_back({defect, row.id, row.where, clip.file.string(), reason});
    };
    try {
      clip.language = read_language(row.language);
      read_text(clip, row.text, normalise_);
      clip.file = reject_on_error(Defect::kNoRecording, [&] { return recordings_.find(row.id); });
      reject_on_error(Defect::kUnreadable, [&] { read_audio(clip, result); });
    } catch (const Unusable& unusable) {
      add(unusable.defect(), unusable.what());
      if (is_lost(unusable.defect(), row, clip)) result.clip = std::move(clip);
      return result;
    }
    for (const FoundDefect& found : text_defects(row.text, clip.text)) add(found.defect, found.reason);
    if (result.measures) {
      for (const FoundDefect& found : signal_defects(*result.measures, clip.audio.seconds()))
        add(found.defect, found.reason);
    }
    result.clip = std::move(clip);
    return result;
  }

 private:
  // Whether the recording cannot be read but is known; if so, sets clip.audio to what is known.
  [[nodiscard]] bool is_lost(Defect defect, const manifest::ManifestRow& row, dataset::Clip& clip) const {
    if (!known_ || (defect != Defect::kNoRecording && defect != Defect::kUnreadable)) return false;
    const auto audio = known_(row);
    clip.audio = audio.value_or(clip.audio);
    clip.is_lost = audio.has_value();
    return clip.is_lost;
  }

  void read_audio(dataset::Clip& clip, CheckedRow& result) const {
    if (depth_ == Depth::kHeaders) {
      clip.audio = media::probe(clip.file);
      check_audio(clip.audio, settings_);
      media::require_numbers(clip.file);
      return;
    }
    std::vector<float> samples;
    clip.audio = media::scan_audio(clip.file, [&](const media::AudioInfo& audio, std::span<const float> interleaved) {
      if (samples.empty()) check_audio(audio, settings_);  // rejects a long recording before all of it is decoded
      samples.insert(samples.end(), interleaved.begin(), interleaved.end());
    });
    result.measures = measure_signal(samples, clip.audio.channels, clip.audio.sample_rate_hz);
  }

  const config::DataSettings& settings_;
  const NormaliseText& normalise_;
  Depth depth_;
  const dataset::FindRecording& known_;
  manifest::Recordings recordings_;
};

std::vector<CheckedRow> check_rows(const RowCheck& check, const std::vector<manifest::ManifestRow>& rows,
                                   std::int64_t threads) {
  std::vector<CheckedRow> checked(rows.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < rows.size(); i = next++) checked[i] = check.check(rows[i]);
  };
  std::vector<std::future<void>> workers;
  for (std::int64_t i = 0; i < std::max<std::int64_t>(1, threads); ++i) {
    workers.push_back(std::async(std::launch::async, work));
  }
  for (std::future<void>& worker : workers) worker.get();
  return checked;
}

// The finding of a line that names no clip.
Finding finding_of(const manifest::RejectedLine& line) { return {Defect::kLine, line.id, line.where, {}, line.reason}; }

}  // namespace

CheckedDataset check_data_set(const core::FileSystem& files, const manifest::Manifest& manifest,
                              const config::DataSettings& settings, const NormaliseText& normalise, Depth depth,
                              const dataset::FindRecording& known) {
  const RowCheck check(files, manifest.folder, settings, normalise, depth, known);
  CheckedDataset result{.dataset = {},
                        .measures = {},
                        .findings = {},
                        .total = manifest.rows.size() + manifest.rejections.size(),
                        .layout = manifest.layout};
  std::ranges::transform(manifest.rejections, std::back_inserter(result.findings), finding_of);
  std::vector<dataset::Clip> clips;
  clips.reserve(manifest.rows.size());
  for (CheckedRow& row : check_rows(check, manifest.rows, settings.workers)) {
    std::ranges::move(row.findings, std::back_inserter(result.findings));
    if (!row.clip) continue;
    clips.push_back(std::move(*row.clip));
    if (row.measures) result.measures.push_back(*row.measures);
  }
  result.dataset = dataset::Dataset(std::move(clips));
  return result;
}

void assign_tokens(CheckedDataset& checked, const config::DataSettings& settings, const EncodeText& encode) {
  std::vector<dataset::Clip> clips;
  std::vector<SignalMeasures> measures;
  clips.reserve(checked.dataset.size());
  for (std::size_t i = 0; i < checked.dataset.size(); ++i) {
    dataset::Clip clip = checked.dataset.clip(i);
    try {
      encode_clip(clip, settings, encode);
      clips.push_back(std::move(clip));
      if (!checked.measures.empty()) measures.push_back(checked.measures[i]);
    } catch (const Unusable& unusable) {
      checked.findings.push_back({unusable.defect(), clip.id, clip.where, clip.file.string(), unusable.what()});
    }
  }
  checked.dataset = dataset::Dataset(std::move(clips));
  checked.measures = std::move(measures);
}

std::size_t count_rejected(std::span<const Finding> findings) {
  return static_cast<std::size_t>(std::ranges::count_if(findings, &Finding::is_rejection));
}

std::size_t count_suspicious(std::span<const Finding> findings) {
  std::set<std::string_view> clips;
  for (const Finding& finding : findings) {
    if (!finding.is_rejection()) clips.insert(finding.where);
  }
  return clips.size();
}

void enforce_rejection_limit(std::span<const Finding> findings, std::size_t total, double max_rejected,
                             core::Console& console) {
  for (const Finding& finding : findings) {
    if (!finding.is_rejection()) continue;
    console.warning(fmt::format("clip '{}' ({}) is left out: {}", finding.id, finding.where, finding.reason));
  }
  const std::size_t rejected = count_rejected(findings);
  if (dataset::within_limit(rejected, total, max_rejected)) return;
  const std::string count = fmt::format("{} of {} clips", rejected, total);
  if (rejected >= total) {
    throw core::DataError(total == 0 ? "the data set names no clips"
                                     : "no clip of the data set can be used (" + count + " rejected)");
  }
  throw core::DataError({.what = count + " cannot be used",
                         .where = {},
                         .value = {},
                         .expected = fmt::format("at most {:g} %", 100 * max_rejected),
                         .advice = "Mend the clips that are named above, or allow more with --max-rejected."});
}

}  // namespace myxtts::quality

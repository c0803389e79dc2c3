#include "long_recordings/prepare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

#include "core/error.hpp"
#include "long_recordings/alignment/cue_placement.hpp"
#include "long_recordings/cue_text.hpp"
#include "long_recordings/extraction.hpp"
#include "long_recordings/preparation_log.hpp"
#include "long_recordings/sources.hpp"
#include "long_recordings/speech_level.hpp"
#include "long_recordings/subtitles.hpp"
#include "long_recordings/timeless_text.hpp"
#include "media/audio_file.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr double kLargestOverlap = 0.5;  // of two cues, as a share of the shorter one

void require_valid(const PrepareOptions& options) {
  const auto fail = [](const std::string& what, const std::string& flag, const std::string& value,
                       const std::string& expected) {
    throw core::UsageError({.what = what, .where = flag, .value = value, .expected = expected, .advice = {}});
  };
  if (!options.subtitles.empty() && !options.text.empty()) {
    fail("two texts for one recording", "--subtitles and --text", {}, "one of them");
  }
  const ClipLengths& lengths = options.lengths;
  if (lengths.shortest_seconds >= lengths.longest_seconds) {
    fail("no clip can be so long", "--min-seconds", fmt::format("{}", lengths.shortest_seconds),
         fmt::format("less than --max-seconds, which is {}", lengths.longest_seconds));
  }
  if (lengths.wanted_seconds < lengths.shortest_seconds || lengths.wanted_seconds > lengths.longest_seconds) {
    fail("no clip can be so long", "--wanted-seconds", fmt::format("{}", lengths.wanted_seconds),
         fmt::format("from --min-seconds to --max-seconds: {} to {}", lengths.shortest_seconds,
                     lengths.longest_seconds));
  }
}

// Refuses to overwrite the user's files; only the incomplete folder of an earlier call may be made anew.
void require_free(core::FileSystem& files, const core::Path& output) {
  const bool is_half_made = files.exists(output / "prepare.json") && !files.exists(output / "metadata.csv");
  for (const char* name : {"metadata.csv", "prepare.json", "wavs", "speakers.csv"}) {
    if (is_half_made || !files.exists(output / name)) continue;
    throw core::DataError({.what = "the output folder holds a data set already",
                           .where = (output / name).string(),
                           .value = {},
                           .expected = {},
                           .advice = "Give another --output, or remove the folder."});
  }
}

void start_output(core::FileSystem& files, const core::Path& output) {
  require_free(files, output);
  files.create_directories(output);
  core::write_atomically(files, output / "prepare.json", preparation_json({}));
  if (files.exists(output / "wavs")) files.remove_all(output / "wavs");
  files.create_directories(output / "wavs");
}

struct Loudness {
  std::vector<float> levels_db;
  double seconds = 0;
};

Loudness measure(const core::Path& recording, core::Console& console) {
  std::unique_ptr<LevelMeter> meter;
  const media::AudioInfo info =
      media::scan_audio(recording, [&](const media::AudioInfo& audio, std::span<const float> interleaved) {
        if (meter == nullptr) meter = std::make_unique<LevelMeter>(audio.sample_rate_hz);
        meter->push(media::mix_to_mono(interleaved, audio.channels));
        console.progress(fmt::format("{}: listened to {:.0f} minutes", recording.filename().string(),
                                     static_cast<double>(meter->levels_db().size()) / kLevelsPerSecond / 60));
      });
  return {.levels_db = meter->levels_db(), .seconds = info.seconds()};
}

bool overlaps(const TimedText& cue, const TimedText& next) {
  const double shared = std::min(cue.shown.end_seconds, next.shown.end_seconds) - next.shown.begin_seconds;
  return shared > kLargestOverlap * std::min(cue.shown.seconds(), next.shown.seconds());
}

// The cues with exactly one speaker that do not overlap another cue.
std::vector<TimedText> speech_of(const std::vector<Cue>& cues, const std::string& name,
                                 std::vector<LeftOut>& left_out) {
  std::vector<TimedText> texts;
  std::vector<bool> is_shared;
  for (const Cue& cue : cues) {
    CueText text = read_cue_text(cue.lines);
    const Interval shown{cue.begin_seconds, cue.end_seconds};
    const std::string where = fmt::format("{}:{}", name, cue.line_number);
    if (text.several_speakers || text.spoken.empty()) {
      const char* reason =
          text.several_speakers ? "several speakers in one cue" : "no speech: a sound, music or nothing";
      left_out.push_back(
          {.interval = shown, .text = fmt::format("{}", fmt::join(cue.lines, " ")), .where = where, .reason = reason});
      continue;
    }
    texts.push_back(
        {.shown = shown, .text = std::move(text.spoken), .speaker = std::move(text.speaker), .where = where});
    is_shared.push_back(false);
    if (texts.size() > 1 && overlaps(texts[texts.size() - 2], texts.back())) {
      is_shared[is_shared.size() - 2] = is_shared.back() = true;
    }
  }
  std::vector<TimedText> alone;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!is_shared[i]) {
      alone.push_back(std::move(texts[i]));
      continue;
    }
    left_out.push_back({.interval = texts[i].shown,
                        .text = texts[i].text,
                        .where = texts[i].where,
                        .reason = "two cues at the same time"});
  }
  return alone;
}

class Preparation {
 public:
  Preparation(core::FileSystem& files, const PrepareOptions& options, core::Console& console)
      : files_(files), options_(options), console_(console) {}

  PrepareReport run() {
    const std::vector<Source> sources = find_sources(files_, options_.input, options_.subtitles, options_.text);
    for (const Source& source : sources) require_language(source);
    start_output(files_, options_.output);
    std::vector<PreparedRecording> recordings;
    for (const Source& source : sources) recordings.push_back(cut(source));
    return finish(recordings);
  }

 private:
  void require_language(const Source& source) const {
    if (source.kind != TranscriptKind::kText || options_.language == "en") return;
    throw core::DataError({.what = "a text without times can be aligned in English only",
                           .where = source.transcript.string(),
                           .value = options_.language,
                           .expected = "en",
                           .advice = "Give subtitles (SRT or WebVTT) instead."});
  }

  PreparedRecording cut(const Source& source) {
    PreparedRecording result{
        .recording = source.recording, .transcript = source.transcript, .seconds = 0, .clips = {}, .left_out = {}};
    const Loudness loudness = measure(source.recording, console_);
    result.seconds = loudness.seconds;
    const SpeechThresholds thresholds(loudness.levels_db);
    const std::vector<Interval> pauses = find_pauses(loudness.levels_db, thresholds, options_.shortest_pause_seconds);
    std::optional<TimelessText> text;
    if (source.kind == TranscriptKind::kText) text.emplace(files_, source, options_.language, console_);
    PhraseList list = text ? text->place(pauses) : place_subtitles(source, pauses, result.left_out);
    std::ranges::move(list.left_out, std::back_inserter(result.left_out));
    ClipPlan plan = plan_clips(list.phrases, pauses, options_.lengths);
    if (text) text->confirm(plan);
    std::ranges::move(plan.left_out, std::back_inserter(result.left_out));
    write_clips(source, plan.clips, thresholds, result);
    std::ranges::stable_sort(result.left_out, {}, [](const LeftOut& left) { return left.interval.begin_seconds; });
    return result;
  }

  PhraseList place_subtitles(const Source& source, std::span<const Interval> pauses, std::vector<LeftOut>& left_out) {
    const std::string name = source.transcript.filename().string();
    const std::vector<Cue> cues = parse_subtitles(files_.read(source.transcript), source.transcript.string());
    return place_cues(speech_of(cues, name, left_out), pauses, options_.reach_seconds);
  }

  void write_clips(const Source& source, const std::vector<PlannedClip>& clips, const SpeechThresholds& thresholds,
                   PreparedRecording& result) {
    std::vector<Interval> intervals;
    for (const PlannedClip& clip : clips) intervals.push_back(clip.interval);
    const auto threshold_at = [&](double seconds) {
      return thresholds.at(static_cast<std::size_t>(seconds * kLevelsPerSecond));
    };
    extract_intervals(source.recording, intervals, [&](std::size_t index, std::span<const float> mono, int rate) {
      const PlannedClip& clip = clips[index];
      if (!is_cut_in_silence(mono, rate, threshold_at(clip.interval.begin_seconds),
                             threshold_at(clip.interval.end_seconds))) {
        result.left_out.push_back(
            {.interval = clip.interval, .text = clip.text, .where = clip.where, .reason = "speech at one of its ends"});
        return;
      }
      const std::string id = fmt::format("{}-{:04}", source.name, result.clips.size() + 1);
      media::write_wav(files_, options_.output / "wavs" / (id + ".wav"), mono, rate);
      result.clips.push_back({.id = id, .interval = clip.interval, .text = clip.text, .speaker = clip.speaker});
      console_.progress(
          fmt::format("{}: clip {} of {}", source.recording.filename().string(), index + 1, clips.size()));
    });
  }

  PrepareReport finish(const std::vector<PreparedRecording>& recordings) {
    PrepareReport report;
    std::string metadata;
    std::string speakers;
    for (const PreparedRecording& recording : recordings) {
      report.clips += recording.clips.size();
      report.left_out += recording.left_out.size();
      report.recording_seconds += recording.seconds;
      report.clip_seconds += recording.clip_seconds();
      for (const WrittenClip& clip : recording.clips) {
        metadata += clip.id + "|" + clip.text + "\n";
        if (!clip.speaker.empty()) speakers += clip.id + "|" + clip.speaker + "\n";
      }
    }
    print_preparation(recordings, console_);
    core::write_atomically(files_, options_.output / "prepare.json", preparation_json(recordings));
    if (report.clips == 0) {
      throw core::DataError({.what = "no clip could be made",
                             .where = options_.input.string(),
                             .value = {},
                             .expected = {},
                             .advice = (options_.output / "prepare.json").string() + " says why."});
    }
    if (!speakers.empty()) core::write_atomically(files_, options_.output / "speakers.csv", speakers);
    core::write_atomically(files_, options_.output / "metadata.csv", metadata);
    console_.info(fmt::format("{} clips ({:.1f} minutes) in {}", report.clips, report.clip_seconds / 60,
                              options_.output.string()));
    return report;
  }

  core::FileSystem& files_;
  const PrepareOptions& options_;
  core::Console& console_;
};

}  // namespace

PrepareReport prepare(core::FileSystem& files, const PrepareOptions& options, core::Console& console) {
  require_valid(options);
  return Preparation(files, options, console).run();
}

}  // namespace myxtts::long_recordings

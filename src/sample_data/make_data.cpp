#include "sample_data/make_data.hpp"

#include <fmt/format.h>

#include <deque>
#include <future>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/error.hpp"
#include "media/audio_file.hpp"
#include "sample_data/sentences.hpp"
#include "sample_data/speaker.hpp"

namespace myxtts::sample_data {
namespace {

constexpr std::size_t kDefaultSlotSentences = 3000;
constexpr int kWordsAMinute = 120;
constexpr std::size_t kProgressEvery = 25;

struct Clip {
  std::string id;
  std::string text;
  std::size_t voice = 0;
};

const char* kind_name(SentenceKind kind) { return kind == SentenceKind::kSlot ? "slot" : "natural"; }

[[noreturn]] void fail_usage(const std::string& what, const std::string& flag, const std::string& value,
                             const std::string& expected) {
  throw core::UsageError(
      core::ErrorDetails{.what = what, .where = flag, .value = value, .expected = expected, .advice = {}});
}

void require_valid(const MakeDataOptions& options) {
  if (options.output.empty()) fail_usage("make-data needs a folder", "--output", {}, {});
  std::set<std::string> seen;
  for (const auto& voice : options.voices) {
    if (!seen.insert(voice).second) fail_usage("a voice is named twice", "--voices", voice, {});
  }
}

std::vector<std::string> choose_sentences(const MakeDataOptions& options) {
  if (options.sentences == SentenceKind::kSlot) {
    return slot_sentences(options.language, options.count == 0 ? kDefaultSlotSentences : options.count, options.seed);
  }
  const std::size_t count = options.count == 0 ? natural_sentences(options.language).size() : options.count;
  return natural_sentences(options.language, count, options.seed);
}

// "slot-f2-00001": the kind, the voice's variant (or its language if it has none), the number in the whole set.
std::string clip_id(SentenceKind kind, const std::string& voice, std::size_t number) {
  return fmt::format("{}-{}-{:05}", kind_name(kind), voice.substr(voice.find('+') + 1), number);
}

std::vector<Clip> plan_clips(const MakeDataOptions& options) {
  std::vector<Clip> clips;
  for (auto& text : choose_sentences(options)) {
    const std::size_t voice = clips.size() % options.voices.size();
    clips.push_back({clip_id(options.sentences, options.voices[voice], clips.size() + 1), std::move(text), voice});
  }
  return clips;
}

std::string describe(const MakeDataOptions& options, std::size_t count) {
  const nlohmann::ordered_json description = {{"sentences", kind_name(options.sentences)},
                                              {"count", count},
                                              {"voices", options.voices},
                                              {"words_a_minute", kWordsAMinute},
                                              {"language", options.language},
                                              {"seed", options.seed}};
  return description.dump(2) + "\n";
}

[[noreturn]] void fail_holds_another(const core::Path& place, const std::string& what, const std::string& expected) {
  throw core::DataError(core::ErrorDetails{.what = what,
                                           .where = place.string(),
                                           .value = {},
                                           .expected = expected,
                                           .advice = "Give another --output, or remove the folder."});
}

// Whether the folder holds this data set completely. Throws if anything else would be overwritten.
bool is_complete(core::FileSystem& files, const core::Path& output, const std::string& description) {
  const core::Path options_file = output / "make-data.json";
  const bool is_ours = files.exists(options_file);
  if (files.exists(output / "metadata.csv")) {
    if (is_ours && files.read(options_file) == description) return true;
    fail_holds_another(output, "the output folder holds another data set",
                       is_ours ? "one made with these options" : "");
  }
  for (const char* name : {"wavs", "speakers.csv"}) {
    if (!is_ours && files.exists(output / name)) {
      fail_holds_another(output / name, "the output folder holds recordings or speakers that make-data did not make",
                         {});
    }
  }
  return false;
}

// Writes several files at a time while the next sentence is spoken, because each file waits for the disk.
class ClipWriter {
 public:
  explicit ClipWriter(core::FileSystem& files) : files_(files) {}

  void write(const core::Path& file, media::Samples speech) {
    if (pending_.size() == kMaxPending) wait_for_first();
    pending_.push_back(std::async(std::launch::async, [&files = files_, file, speech = std::move(speech)] {
      media::write_wav(files, file, speech.mono, speech.sample_rate_hz);
    }));
  }

  // Throws: what a write threw.
  void finish() {
    while (!pending_.empty()) wait_for_first();
  }

 private:
  static constexpr std::size_t kMaxPending = 16;

  void wait_for_first() {
    std::future<void> first = std::move(pending_.front());
    pending_.pop_front();
    first.get();
  }

  core::FileSystem& files_;
  std::deque<std::future<void>> pending_;
};

double speak_clips(core::FileSystem& files, const core::Path& wavs, const std::vector<Clip>& clips,
                   const std::vector<EspeakVoice>& voices, core::Console& console) {
  ClipWriter writer(files);
  double seconds = 0;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    media::Samples speech = voices[clips[i].voice].speak(clips[i].text);
    seconds += static_cast<double>(speech.mono.size()) / speech.sample_rate_hz;
    writer.write(wavs / (clips[i].id + ".wav"), std::move(speech));
    if (i % kProgressEvery == 0) console.progress(fmt::format("speaking sentence {} of {}", i + 1, clips.size()));
  }
  writer.finish();
  return seconds;
}

std::string metadata(const std::vector<Clip>& clips) {
  std::string text;
  for (const auto& clip : clips) text += clip.id + "|" + clip.text + "\n";
  return text;
}

std::string speakers(const std::vector<Clip>& clips, const std::vector<std::string>& voices) {
  std::string text;
  for (const auto& clip : clips) text += clip.id + "|" + voices[clip.voice] + "\n";
  return text;
}

void write_data_set(core::FileSystem& files, const MakeDataOptions& options, const std::string& description,
                    const std::vector<Clip>& clips, core::Console& console, MakeDataReport& report) {
  const std::vector<EspeakVoice> voices = [&] {
    std::vector<EspeakVoice> made;
    for (const auto& name : options.voices) made.emplace_back(name, kWordsAMinute);
    return made;
  }();
  const core::Path wavs = options.output / "wavs";
  files.create_directories(options.output);
  core::write_atomically(files, options.output / "make-data.json", description);
  if (files.exists(wavs)) files.remove_all(wavs);
  files.create_directories(wavs);
  report.audio_seconds = speak_clips(files, wavs, clips, voices, console);
  if (options.voices.size() > 1) {
    core::write_atomically(files, options.output / "speakers.csv", speakers(clips, options.voices));
  }
  core::write_atomically(files, options.output / "metadata.csv", metadata(clips));
}

}  // namespace

SentenceKind parse_sentence_kind(std::string_view name) {
  if (name == "slot") return SentenceKind::kSlot;
  if (name == "natural") return SentenceKind::kNatural;
  fail_usage("unknown kind of sentences", "--sentences", std::string(name), "slot or natural");
}

MakeDataReport make_data(core::FileSystem& files, const MakeDataOptions& given, core::Console& console) {
  MakeDataOptions options = given;
  if (options.voices.empty()) options.voices = {default_voice(options.language)};
  require_valid(options);
  const std::vector<Clip> clips = plan_clips(options);
  const std::string description = describe(options, clips.size());
  MakeDataReport report;
  report.sentences = clips.size();
  report.already_there = is_complete(files, options.output, description);
  if (report.already_there) {
    console.info(
        fmt::format("{} holds these {} sentences already; left as it is.", options.output.string(), clips.size()));
    return report;
  }
  write_data_set(files, options, description, clips, console, report);
  console.info(fmt::format("{} sentences ({:.1f} minutes of speech) in {}", clips.size(), report.audio_seconds / 60,
                           options.output.string()));
  return report;
}

}  // namespace myxtts::sample_data

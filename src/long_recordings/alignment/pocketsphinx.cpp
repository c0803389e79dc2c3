#include "long_recordings/alignment/pocketsphinx.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "core/error.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr const char* kProgram = "pocketsphinx_batch";
constexpr const char* kModel = "/usr/share/pocketsphinx/model/en-us/en-us";
constexpr const char* kDictionary = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict";
constexpr int kFramesPerSecond = 100;
constexpr double kFrameWindowSeconds = 0.025625;
constexpr double kSkippedSentence = 1e-4;  // likelihood that a sentence of the text is not spoken
constexpr double kOtherFirstWord = 1e-4;   // likelihood that another word than the expected one is first

[[noreturn]] void fail_absent() {
  throw core::DataError({.what = "a text without times needs pocketsphinx, which is not installed",
                         .where = kProgram,
                         .value = {},
                         .expected = {},
                         .advice = "Install it: apt-get install pocketsphinx pocketsphinx-en-us. Or give subtitles."});
}

// The program's exit code; no value if it is not installed.
std::optional<int> run(const std::vector<std::string>& arguments, const core::Path& output) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int spawned = ::posix_spawnp(&child, pointers.front(), &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0) return {};
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  constexpr int kNotFound = 127;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotFound) return {};
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Each word has a unique name, so that equal words can be distinguished in the result.
std::string name_of(std::size_t index) { return fmt::format("w{}", index); }

std::optional<std::size_t> index_of(std::string_view name) {
  std::size_t index = 0;
  if (!name.starts_with('w')) return {};  // silence or a noise
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), index);
  if (error != std::errc()) return {};
  return index;
}

// A finite-state grammar: the words in a chain, from state 1 on. Speech may begin and end at any word; if `first_word`
// is set, it may leave out sentences.
std::string grammar(std::span<const SpokenWord> words, std::optional<std::size_t> first_word) {
  const std::size_t last_state = words.size() + 2;
  std::string text =
      fmt::format("FSG_BEGIN <words>\nNUM_STATES {}\nSTART_STATE 0\nFINAL_STATE {}\n", last_state + 1, last_state);
  std::size_t sentence = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_expected = first_word.value_or(i) == i;
    text += fmt::format("TRANSITION 0 {} {}\n", i + 1, is_expected ? 1 : kOtherFirstWord);
    text += fmt::format("TRANSITION {} {} 1 {}\n", i + 1, i + 2, name_of(i));
    text += fmt::format("TRANSITION {} {} 1\n", i + 2, last_state);
    if (!first_word || i == 0 || !words[i].begins_sentence) continue;
    text += fmt::format("TRANSITION {} {} {}\n", sentence + 1, i + 1, kSkippedSentence);
    sentence = i;
  }
  return text + "FSG_END\n";
}

// Parses a line of -hypseg: `NAME S n T n A n L n`, then `frame score score word` for each word, then the last frame.
HeardWords read_segments(const std::string& line, std::size_t count, double frame_seconds) {
  HeardWords heard(count);
  std::istringstream fields(line.substr(std::min(line.find(" L "), line.size())));
  std::string skipped;
  std::string word;
  double frame = 0;
  fields >> skipped >> skipped;
  std::optional<std::size_t> index;
  while (fields >> frame) {
    if (index && *index < count) heard[*index]->end_seconds = frame * frame_seconds;
    if (!(fields >> skipped >> skipped >> word)) break;
    index = index_of(word);
    if (index && *index < count) heard[*index] = Interval{frame * frame_seconds, frame * frame_seconds};
  }
  return heard;
}

}  // namespace

Pocketsphinx::Pocketsphinx(core::FileSystem& files)
    : files_(files), folder_("align"), pronunciations_(files.exists(kDictionary) ? files.read(kDictionary) : "") {
  const bool has_model = files_.exists(kDictionary) && files_.exists(core::Path(kModel) / "mdef");
  if (has_model && run({kProgram}, folder_ / "usage")) return;
  fail_absent();
}

std::vector<std::string> Pocketsphinx::arguments(int sample_rate_hz) const {
  const auto window_samples = static_cast<unsigned>(std::lround(kFrameWindowSeconds * sample_rate_hz));
  const auto file = [&](const char* name) { return (folder_ / name).string(); };
  const std::vector<std::pair<std::string, std::string>> options = {
      {"-hmm", kModel},
      {"-dict", file("words.dict")},
      {"-fsg", file("words.fsg")},
      {"-ctl", file("ids")},
      {"-cepdir", folder_.path().string()},
      {"-cepext", ".wav"},
      {"-adcin", "yes"},
      {"-adchdr", "44"},
      {"-samprate", std::to_string(sample_rate_hz)},
      {"-nfft", std::to_string(std::bit_ceil(window_samples))},
      {"-remove_silence", "no"},
      {"-cmn", "batch"},
      {"-bestpath", "no"},
      // With the default beams the right words are lost now and then; with the default probabilities, short words are
      // found in noise.
      {"-beam", "1e-80"},
      {"-pbeam", "1e-80"},
      {"-wbeam", "1e-60"},
      {"-wip", "0.1"},
      {"-silprob", "0.05"},
      {"-hypseg", file("segments")},
      {"-logfn", file("log")},
  };
  std::vector<std::string> arguments = {kProgram};
  for (const auto& [name, value] : options) arguments.insert(arguments.end(), {name, value});
  return arguments;
}

void Pocketsphinx::write(const char* name, std::string_view text) { files_.write(folder_ / name, std::span(&text, 1)); }

void Pocketsphinx::write_words(std::span<const SpokenWord> words, std::optional<std::size_t> first_word) {
  std::string dictionary;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t variant = 0;
    for (const std::string& phones : pronunciations_.of(words[i].word)) {
      dictionary += name_of(i) + (++variant == 1 ? "" : fmt::format("({})", variant)) + " " + phones + "\n";
    }
  }
  write("words.dict", dictionary);
  write("words.fsg", grammar(words, first_word));
}

std::vector<HeardWords> Pocketsphinx::listen(std::span<const media::Samples> pieces, std::span<const SpokenWord> words,
                                             std::optional<std::size_t> first_word) {
  if (pieces.empty()) return {};
  const int rate = pieces.front().sample_rate_hz;
  std::string ids;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    media::write_wav(files_, folder_ / fmt::format("piece{}.wav", i), pieces[i].mono, rate);
    ids += fmt::format("piece{}\n", i);
  }
  write("ids", ids);
  write("segments", "");
  write_words(words, first_word);
  const std::optional<int> code = run(arguments(rate), folder_ / "output");
  if (code != 0) {
    throw core::Error({.what = "pocketsphinx failed",
                       .where = kProgram,
                       .value = fmt::format("exit code {}", code.value_or(-1)),
                       .expected = {},
                       .advice = "Give subtitles instead."});
  }
  const double shift_samples = std::floor(static_cast<double>(rate) / kFramesPerSecond + 0.5);
  std::vector<HeardWords> heard(pieces.size(), HeardWords(words.size()));
  std::istringstream lines(files_.read(folder_ / "segments"));
  std::string line;
  for (HeardWords& piece : heard) {
    if (std::getline(lines, line)) piece = read_segments(line, words.size(), shift_samples / rate);
  }
  return heard;
}

}  // namespace myxtts::long_recordings

#include "long_recordings/pocketsphinx.hpp"

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

#include "core/error.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr const char* kProgram = "pocketsphinx_batch";
constexpr const char* kModel = "/usr/share/pocketsphinx/model/en-us/en-us";
constexpr const char* kDictionary = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict";
constexpr int kFramesPerSecond = 100;
constexpr double kFrameWindowSeconds = 0.025625;
constexpr const char* kSkippedSentence = "1e-5";  // likelihood that a sentence of the text is not spoken

[[noreturn]] void fail_absent() {
  throw core::DataError({.what = "a text without times needs pocketsphinx, which is not installed",
                         .where = kProgram,
                         .value = {},
                         .expected = {},
                         .advice = "Install it: apt-get install pocketsphinx pocketsphinx-en-us. Or give subtitles."});
}

// The program's exit code; nothing where it is not there.
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

core::Path make_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "myxtts-align-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw core::Error({.what = "cannot make a temporary folder",
                       .where = pattern,
                       .value = {},
                       .expected = {},
                       .advice = "Set TMPDIR to a folder that can be written."});
  }
  return pattern;
}

// Each word has a name of its own, so that what is heard says which of equal words it is.
std::string name_of(std::size_t index) { return fmt::format("w{}", index); }

std::optional<std::size_t> index_of(std::string_view name) {
  std::size_t index = 0;
  if (!name.starts_with('w')) return {};  // silence or a noise
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), index);
  if (error != std::errc()) return {};
  return index;
}

// The words in a chain. From any of them the speech may end, and a sentence may be left out.
std::string grammar(std::span<const SpokenWord> words) {
  std::string text = fmt::format("FSG_BEGIN <words>\nNUM_STATES {}\nSTART_STATE 0\nFINAL_STATE {}\n", words.size() + 2,
                                 words.size() + 1);
  std::optional<std::size_t> sentence;
  for (std::size_t i = 0; i <= words.size(); ++i) {
    text += fmt::format("TRANSITION {} {} 1.0\n", i, words.size() + 1);
    if (i == words.size()) break;
    text += fmt::format("TRANSITION {} {} 1.0 {}\n", i, i + 1, name_of(i));
    if (!words[i].begins_sentence) continue;
    if (sentence) text += fmt::format("TRANSITION {} {} {}\n", *sentence, i, kSkippedSentence);
    sentence = i;
  }
  return text + "FSG_END\n";
}

// Of a line of -hypseg: `NAME S n T n A n L n`, then `frame score score word` for each word, then the last frame.
std::vector<std::optional<Interval>> read_segments(const std::string& line, std::size_t count, double frame_seconds) {
  std::vector<std::optional<Interval>> heard(count);
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
    : files_(files), folder_(make_folder()), pronunciations_(files.exists(kDictionary) ? files.read(kDictionary) : "") {
  const bool has_model = files_.exists(kDictionary) && files_.exists(core::Path(kModel) / "mdef");
  if (has_model && run({kProgram}, folder_ / "usage")) return;
  files_.remove_all(folder_);
  fail_absent();
}

Pocketsphinx::~Pocketsphinx() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::string> Pocketsphinx::arguments(int sample_rate_hz) const {
  const auto window_samples = static_cast<unsigned>(std::lround(kFrameWindowSeconds * sample_rate_hz));
  const auto file = [&](const char* name) { return (folder_ / name).string(); };
  return {kProgram,
          "-hmm",
          kModel,
          "-dict",
          file("words.dict"),
          "-fsg",
          file("words.fsg"),
          "-adcin",
          "yes",
          "-adchdr",
          "44",
          "-cepdir",
          folder_.string(),
          "-cepext",
          ".wav",
          "-ctl",
          file("ids"),
          "-samprate",
          std::to_string(sample_rate_hz),
          "-nfft",
          std::to_string(std::bit_ceil(window_samples)),
          "-remove_silence",
          "no",
          "-bestpath",
          "no",
          "-hypseg",
          file("segments"),
          "-logfn",
          file("log")};
}

std::vector<std::optional<Interval>> Pocketsphinx::align(const media::Samples& samples,
                                                         std::span<const SpokenWord> words) {
  std::string dictionary;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t variant = 0;
    for (const std::string& phones : pronunciations_.of(words[i].word)) {
      dictionary += name_of(i) + (++variant == 1 ? "" : fmt::format("({})", variant)) + " " + phones + "\n";
    }
  }
  const auto write = [&](const char* name, std::string_view text) {
    files_.write(folder_ / name, std::span(&text, 1));
  };
  write("words.dict", dictionary);
  write("words.fsg", grammar(words));
  write("ids", "speech\n");
  media::write_wav(files_, folder_ / "speech.wav", samples.mono, samples.sample_rate_hz);
  const std::optional<int> code = run(arguments(samples.sample_rate_hz), folder_ / "output");
  if (code != 0 || !files_.exists(folder_ / "segments")) {
    throw core::Error({.what = "pocketsphinx failed",
                       .where = kProgram,
                       .value = fmt::format("exit code {}", code.value_or(-1)),
                       .expected = {},
                       .advice = "Give subtitles instead."});
  }
  const double shift_samples = std::floor(static_cast<double>(samples.sample_rate_hz) / kFramesPerSecond + 0.5);
  return read_segments(files_.read(folder_ / "segments"), words.size(), shift_samples / samples.sample_rate_hz);
}

}  // namespace myxtts::long_recordings

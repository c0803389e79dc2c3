// Any bytes are refused or decoded, by both libraries: never more than is asked for, and nothing that is no number.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "media/decoder.hpp"

namespace {

using namespace myxtts;

constexpr std::int64_t kMaxFrames = 1 << 14;  // a small file may hold hours of silence
constexpr std::int64_t kBlockFrames = 1 << 10;

void check(bool holds) {
  if (!holds) __builtin_trap();
}

// A file in memory that every input is written to.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("fuzzed", 0)), path_("/proc/self/fd/" + std::to_string(descriptor_)) {
    check(descriptor_ >= 0);
  }

  void write(const std::uint8_t* data, std::size_t size) const {
    check(::ftruncate(descriptor_, 0) == 0);
    check(::pwrite(descriptor_, data, size, 0) == static_cast<ssize_t>(size));
  }
  [[nodiscard]] const core::Path& path() const { return path_; }

 private:
  int descriptor_;
  core::Path path_;
};

void check_decoding(media::Decoder& decoder) {
  const media::AudioInfo info = decoder.info();
  check(info.sample_rate_hz > 0 && info.channels > 0 && info.frames > 0);
  std::vector<float> block(static_cast<std::size_t>(kBlockFrames * info.channels));
  for (std::int64_t done = 0; done < kMaxFrames;) {
    const std::int64_t frames = decoder.read(block);
    check(frames <= kBlockFrames);
    if (frames <= 0) break;
    done += frames;
  }
  decoder.seek(info.frames / 2);
  check(decoder.read(block) <= kBlockFrames);
  decoder.require_whole();
}

// The reader's own checks: a part from the middle is as long as was asked for, or less.
void check_reading(const core::Path& file) {
  const media::AudioInfo info = media::probe(file);
  const media::Samples part = media::read_audio(file, info.frames / 2, kBlockFrames);
  check(std::ssize(part.mono) <= kBlockFrames && part.sample_rate_hz == info.sample_rate_hz);
  check(std::ranges::all_of(part.mono, [](float value) { return std::isfinite(value); }));
}

template <typename Call>
void refuse_or(Call call) {
  try {
    call();
  } catch (const core::DataError&) {
    return;
  }
}

}  // namespace

// What libsndfile 1.2 forgets of a damaged Ogg file is no fault of ours.
extern "C" const char* __lsan_default_suppressions() { return "leak:libvorbis.so\nleak:libogg.so\nleak:libsndfile.so"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const MemoryFile kFile;
  kFile.write(data, size);
  for (const auto make : {media::make_sndfile_decoder, media::make_mpeg_decoder}) {
    refuse_or([&] { check_decoding(*make(std::make_unique<media::FileSource>(kFile.path()))); });
  }
  refuse_or([] { check_reading(kFile.path()); });
  return 0;
}

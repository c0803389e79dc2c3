// Decoding by mpg123.

#include <fmt/format.h>
#include <mpg123.h>

#include <cstdio>
#include <utility>

#include "media/decoder.hpp"

namespace myxtts::media {
namespace {

constexpr long kFlags = MPG123_QUIET | MPG123_FORCE_FLOAT | MPG123_SKIP_ID3V2;
// A header's count may include its own frame, or the encoder's padding at both ends: two frames of 1,152 samples.
constexpr std::int64_t kHeaderTolerance = 2304;

mpg123_ssize_t read_source(void* source, void* target, std::size_t count) {
  return static_cast<FileSource*>(source)->read(target, count);
}

off_t seek_source(void* source, off_t offset, int whence) {
  return static_cast<FileSource*>(source)->seek(offset, whence);
}

struct Close {
  void operator()(mpg123_handle* handle) const { mpg123_delete(handle); }
};
using Handle = std::unique_ptr<mpg123_handle, Close>;

// Opens a source at its first frame; nullptr if it has no such frame.
Handle open(FileSource& source, long flags) {
  [[maybe_unused]] static const int initialised = mpg123_init();
  source.begin_step();
  source.seek(0, SEEK_SET);
  Handle handle(mpg123_new(nullptr, nullptr));
  const bool is_open = handle != nullptr && mpg123_param(handle.get(), MPG123_ADD_FLAGS, flags, 0) == MPG123_OK &&
                       mpg123_replace_reader_handle(handle.get(), read_source, seek_source, nullptr) == MPG123_OK &&
                       mpg123_open_handle(handle.get(), &source) == MPG123_OK;
  long rate = 0;
  int channels = 0;
  int encoding = 0;
  if (!is_open || mpg123_getformat(handle.get(), &rate, &channels, &encoding) != MPG123_OK) return nullptr;
  return handle;
}

class MpegDecoder final : public Decoder {
 public:
  explicit MpegDecoder(std::unique_ptr<FileSource> file) : Decoder(std::move(file)) {
    estimated_frames_ = length_of(open(source(), kFlags | MPG123_IGNORE_INFOFRAME));
    handle_ = open(source(), kFlags);
    if (handle_ == nullptr) fail("not audio that can be read (no MPEG frame is in it)");
    promised_frames_ = length_of(handle_);
    source().begin_step();
    if (mpg123_scan(handle_.get()) != MPG123_OK) fail(mpg123_strerror(handle_.get()));
    long rate = 0;
    int channels = 0;
    int encoding = 0;
    mpg123_getformat(handle_.get(), &rate, &channels, &encoding);
    mpg123_format_none(handle_.get());  // refuses a stream whose format changes
    mpg123_format(handle_.get(), rate, channels, MPG123_ENC_FLOAT_32);
    set_info({.sample_rate_hz = static_cast<int>(rate), .channels = channels, .frames = length_of(handle_)});
  }

  // If the header states a length, it is in the first frame; mpg123 estimates another length without that frame.
  void require_whole() override {
    const bool is_promised = promised_frames_ != estimated_frames_;
    if (!is_promised || promised_frames_ <= info().frames + kHeaderTolerance) return;
    const auto seconds = [&](std::int64_t frames) { return static_cast<double>(frames) / info().sample_rate_hz; };
    fail(fmt::format("it is cut short, or its header lies: {:.2f} s are promised, {:.2f} s are there",
                     seconds(promised_frames_), seconds(info().frames)));
  }

  void seek(std::int64_t frame) override {
    source().begin_step();
    if (mpg123_seek(handle_.get(), frame, SEEK_SET) != frame) {
      fail("it is damaged or cut short: sample " + std::to_string(frame) + " cannot be reached");
    }
  }

  std::int64_t read(std::span<float> interleaved) override {
    source().begin_step();
    std::size_t bytes = 0;
    mpg123_read(handle_.get(), reinterpret_cast<unsigned char*>(interleaved.data()), interleaved.size_bytes(), &bytes);
    return static_cast<std::int64_t>(bytes / sizeof(float)) / info().channels;
  }

 private:
  static std::int64_t length_of(const Handle& handle) { return handle == nullptr ? 0 : mpg123_length(handle.get()); }

  std::int64_t promised_frames_ = 0;
  std::int64_t estimated_frames_ = 0;
  Handle handle_;
};

}  // namespace

std::unique_ptr<Decoder> make_mpeg_decoder(std::unique_ptr<FileSource> source) {
  return std::make_unique<MpegDecoder>(std::move(source));
}

}  // namespace myxtts::media

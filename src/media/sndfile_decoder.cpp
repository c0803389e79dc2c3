// Decoding by libsndfile.

#include <sndfile.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "media/decoder.hpp"

namespace myxtts::media {
namespace {

FileSource& source_of(void* user) { return *static_cast<FileSource*>(user); }

SF_VIRTUAL_IO reading() {
  return {.get_filelen = [](void* user) -> sf_count_t { return source_of(user).size(); },
          .seek = [](sf_count_t offset, int whence, void* user) -> sf_count_t {
            return source_of(user).seek(offset, whence);
          },
          .read = [](void* target, sf_count_t count, void* user) -> sf_count_t {
            return source_of(user).read(target, static_cast<std::size_t>(count));
          },
          .write = [](const void*, sf_count_t, void*) -> sf_count_t { return 0; },
          .tell = [](void* user) -> sf_count_t { return source_of(user).position(); }};
}

class SndfileDecoder final : public Decoder {
 public:
  explicit SndfileDecoder(std::unique_ptr<FileSource> file) : Decoder(std::move(file)) {
    SF_VIRTUAL_IO io = reading();
    sound_.reset(sf_open_virtual(&io, SFM_READ, &header_, &source()));
    if (sound_ == nullptr) fail("not audio that can be read (" + std::string(sf_strerror(nullptr)) + ")");
    set_info({.sample_rate_hz = header_.samplerate,
              .channels = header_.channels,
              .frames = header_.frames == SF_COUNT_MAX ? INT64_MAX : header_.frames});
  }

  bool holds_floats() const override {
    const int coding = header_.format & SF_FORMAT_SUBMASK;
    return coding == SF_FORMAT_FLOAT || coding == SF_FORMAT_DOUBLE;
  }

  void require_whole() override {
    require_whole_chunks();
    if (header_.seekable == 0) return;
    std::vector<float> frame(static_cast<std::size_t>(info().channels));
    source().begin_step();
    if (sf_seek(sound_.get(), info().frames - 1, SEEK_SET) != info().frames - 1 ||
        sf_readf_float(sound_.get(), frame.data(), 1) != 1) {
      fail("it is damaged or cut short: its last sample cannot be decoded");
    }
    seek(0);
  }

  void seek(std::int64_t frame) override {
    source().begin_step();
    if (sf_seek(sound_.get(), frame, SEEK_SET) != frame) {
      fail("it is damaged or cut short: sample " + std::to_string(frame) + " cannot be reached");
    }
  }

  std::int64_t read(std::span<float> interleaved) override {
    source().begin_step();
    return sf_readf_float(sound_.get(), interleaved.data(),
                          static_cast<sf_count_t>(interleaved.size()) / info().channels);
  }

 private:
  // libsndfile silently accepts a truncated WAV or AIFF, so the file's size is compared with the size in its header.
  // Programs write sizes near 2 and 4 GiB when they do not know the length yet.
  void require_whole_chunks() {
    constexpr std::uint64_t kUnknownSize = 0x7FFFF000;
    constexpr std::uint64_t kBeforeSize = 8;
    constexpr std::uint64_t kPadding = 1;
    const std::string head = source().bytes_at(0, kBeforeSize);
    const bool is_wav = head.starts_with("RIFF");
    if (head.size() < kBeforeSize || (!is_wav && !head.starts_with("FORM"))) return;
    std::uint64_t promised = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      promised = promised << 8 | static_cast<unsigned char>(head[is_wav ? 7 - i : 4 + i]);
    }
    const auto actual = static_cast<std::uint64_t>(source().size());
    if (promised < kUnknownSize && promised + kBeforeSize > actual + kPadding) {
      fail("it is cut short: " + std::to_string(actual) + " of " + std::to_string(promised + kBeforeSize) +
           " bytes are there");
    }
  }

  struct Close {
    void operator()(SNDFILE* sound) const { sf_close(sound); }
  };

  SF_INFO header_{};
  std::unique_ptr<SNDFILE, Close> sound_;
};

}  // namespace

std::unique_ptr<Decoder> make_sndfile_decoder(std::unique_ptr<FileSource> source) {
  return std::make_unique<SndfileDecoder>(std::move(source));
}

}  // namespace myxtts::media

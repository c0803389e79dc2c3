#pragma once
// Decodes recordings of any format, block by block.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "media/audio_file.hpp"
#include "media/file_source.hpp"

namespace myxtts::media {

// All functions throw DataError that names the file and says why it cannot be used.
class Decoder {
 public:
  explicit Decoder(std::unique_ptr<FileSource> source) : source_(std::move(source)) {}
  virtual ~Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  [[nodiscard]] const AudioInfo& info() const { return info_; }
  // Whether its samples may be NaN or infinite.
  [[nodiscard]] virtual bool holds_floats() const { return false; }
  // Throws if the file is truncated, which the header alone does not show.
  virtual void require_whole() = 0;
  // The next read begins at `frame`.
  virtual void seek(std::int64_t frame) = 0;
  // Decodes the next frames, channels interleaved, as many as fit. Returns their number.
  virtual std::int64_t read(std::span<float> interleaved) = 0;
  [[noreturn]] void fail(const std::string& reason) const { source_->fail(reason); }

 protected:
  [[nodiscard]] FileSource& source() { return *source_; }
  // Throws if the numbers in the header are impossible.
  void set_info(const AudioInfo& info);

 private:
  std::unique_ptr<FileSource> source_;
  AudioInfo info_;
};

// Opens MP3 by mpg123 and everything else by libsndfile, depending on the file's content, not on its name.
[[nodiscard]] std::unique_ptr<Decoder> open_decoder(const core::Path& file);

// WAV, FLAC, Ogg (Vorbis, Opus), AIFF, by libsndfile.
[[nodiscard]] std::unique_ptr<Decoder> make_sndfile_decoder(std::unique_ptr<FileSource> source);

// MPEG audio, layers I to III, by mpg123. The length is counted in the stream, whereas libsndfile takes it from the
// header or estimates it.
[[nodiscard]] std::unique_ptr<Decoder> make_mpeg_decoder(std::unique_ptr<FileSource> source);

}  // namespace myxtts::media

#pragma once
// Measures how long the parts of the pipeline take, without blocking any thread: on a GPU with events of the streams,
// so that the times are correct although launches are asynchronous.

#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/span.hpp"
#include "device/runtime.hpp"

namespace myxtts::device {

// Thread: any thread may measure parts. The runtime must outlive the recorder.
class SpanRecorder {
 public:
  explicit SpanRecorder(DeviceRuntime& runtime) : runtime_(runtime) {}
  virtual ~SpanRecorder() = default;
  SpanRecorder(const SpanRecorder&) = delete;
  SpanRecorder& operator=(const SpanRecorder&) = delete;

  // The spans whose work is done, in the order in which their scopes ended, once each. Never waits.
  // Throws: the first error that a device reported when a part ended, once. Thread: one at a time.
  [[nodiscard]] std::vector<core::Span> take_finished();

 protected:
  // Called when a part has begun; tests override it to add delays.
  virtual void on_begin(std::string_view /*part*/) {}

 private:
  friend class MeasuredPart;

  // A time on a stream's clock, or on the host's.
  struct Moment {
    std::optional<Event> event;
    double host_seconds = 0;
  };
  struct Open {
    std::string part;
    std::uint64_t sequence;
    Moment begin;
    Moment end;
  };

  [[nodiscard]] Moment now(std::optional<Stream> stream);
  // Stores a part that ends now, or the error if its end cannot be recorded.
  void keep(Open open, std::optional<Stream> stream) noexcept;
  [[nodiscard]] std::optional<double> seconds_of(const Moment& moment) const;

  DeviceRuntime& runtime_;
  std::mutex mutex_;
  std::vector<Open> open_;
  std::exception_ptr failure_;  // the first error that take_finished() has not thrown yet
};

// Measures one part of the pipeline, from construction to destruction; parts may nest. A part that ends by an exception
// is not recorded. Thread: ends on the thread that began it.
class MeasuredPart {
 public:
  // Measures the work that is enqueued on `stream`; without a stream, the work of the calling host thread.
  // `recorder`: nullptr if the part is not measured.
  MeasuredPart(SpanRecorder* recorder, std::string_view part, std::uint64_t sequence,
               std::optional<Stream> stream = {});
  ~MeasuredPart();  // never throws: take_finished() throws what the device reports
  MeasuredPart(const MeasuredPart&) = delete;
  MeasuredPart& operator=(const MeasuredPart&) = delete;

 private:
  SpanRecorder* recorder_;
  std::string part_;
  std::uint64_t sequence_;
  std::optional<Stream> stream_;
  int exceptions_;  // uncaught exceptions when it began
  SpanRecorder::Moment begin_;
};

}  // namespace myxtts::device

#pragma once
// Measures what the parts of the pipeline take, without making anybody wait: on a GPU by events of the streams, so that
// asynchronous launches cannot make the figures lie.

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

// Thread: parts are measured by any thread. The runtime must outlive the recorder.
class SpanRecorder {
 public:
  explicit SpanRecorder(DeviceRuntime& runtime) : runtime_(runtime) {}
  virtual ~SpanRecorder() = default;
  SpanRecorder(const SpanRecorder&) = delete;
  SpanRecorder& operator=(const SpanRecorder&) = delete;

  // The spans whose work is done, in the order in which their scopes ended, once each. Never waits.
  // Throws: what a device reported when a part ended, once. Thread: one at a time.
  [[nodiscard]] std::vector<core::Span> take_finished();

 protected:
  // Called when a part has begun; a test plants its delays here.
  virtual void on_begin(std::string_view /*part*/) {}

 private:
  friend class MeasuredPart;

  // On a stream's clock, or the host's.
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
  // Keeps a part that ends now, or why that cannot be.
  void keep(Open open, std::optional<Stream> stream) noexcept;
  [[nodiscard]] std::optional<double> seconds_of(const Moment& moment) const;

  DeviceRuntime& runtime_;
  std::mutex mutex_;
  std::vector<Open> open_;
  std::exception_ptr failure_;  // the first that no take_finished() has thrown
};

// While it lives, a part of the pipeline is at work; other parts may nest. One that ends by an exception is not
// recorded. Thread: ends on the thread that began it.
class MeasuredPart {
 public:
  // The work that `stream` gets is the part's; without a stream, what the calling host thread does.
  // `recorder`: nullptr where nobody asks.
  MeasuredPart(SpanRecorder* recorder, std::string_view part, std::uint64_t sequence,
               std::optional<Stream> stream = {});
  ~MeasuredPart();  // throws nothing: what the device reports is take_finished()'s to throw
  MeasuredPart(const MeasuredPart&) = delete;
  MeasuredPart& operator=(const MeasuredPart&) = delete;

 private:
  SpanRecorder* recorder_;
  std::string part_;
  std::uint64_t sequence_;
  std::optional<Stream> stream_;
  int exceptions_;  // on their way when it began
  SpanRecorder::Moment begin_;
};

}  // namespace myxtts::device

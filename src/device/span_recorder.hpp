#pragma once
// Measures what the parts of the pipeline take, without making anybody wait: on a GPU by events of the streams, so that
// asynchronous launches cannot make the figures lie.

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/span.hpp"
#include "device/runtime.hpp"

namespace myxtts::device {

// Thread: all calls are thread-safe; a scope ends on the thread that began it. The runtime must outlive the recorder.
class SpanRecorder {
 public:
  explicit SpanRecorder(DeviceRuntime& runtime) : runtime_(runtime) {}
  virtual ~SpanRecorder() = default;
  SpanRecorder(const SpanRecorder&) = delete;
  SpanRecorder& operator=(const SpanRecorder&) = delete;

  class Scope {
   public:
    Scope(SpanRecorder& recorder, std::string_view part, std::uint64_t sequence, Stream stream);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    SpanRecorder& recorder_;
    std::string part_;
    std::uint64_t sequence_;
    Stream stream_;
    Event begin_;
  };

  // The work that `stream` gets until the end of the returned scope is `part`'s. Scopes of other parts may nest.
  [[nodiscard]] Scope measure(std::string_view part, std::uint64_t sequence, Stream stream) {
    return Scope(*this, part, sequence, stream);
  }

  // The spans whose work is done, in the order in which their scopes ended, once each. Never waits.
  [[nodiscard]] std::vector<core::Span> take_finished();

 protected:
  // Called when a part begins; a test plants its delays here.
  virtual void on_begin(std::string_view /*part*/) {}

 private:
  struct Open {
    std::string part;
    std::uint64_t sequence;
    Event begin;
    Event end;
  };

  DeviceRuntime& runtime_;
  std::mutex mutex_;
  std::deque<Open> open_;
};

}  // namespace myxtts::device

#include "device/span_recorder.hpp"

#include <optional>
#include <utility>

namespace myxtts::device {

SpanRecorder::Scope::Scope(SpanRecorder& recorder, std::string_view part, std::uint64_t sequence, Stream stream)
    : recorder_(recorder),
      part_(part),
      sequence_(sequence),
      stream_(stream),
      begin_(recorder.runtime_.record_timed(stream)) {
  recorder_.on_begin(part_);
}

SpanRecorder::Scope::~Scope() {
  Event end = recorder_.runtime_.record_timed(stream_);
  const std::scoped_lock lock(recorder_.mutex_);
  recorder_.open_.push_back({std::move(part_), sequence_, std::move(begin_), std::move(end)});
}

std::vector<core::Span> SpanRecorder::take_finished() {
  const std::scoped_lock lock(mutex_);
  std::vector<core::Span> finished;
  std::deque<Open> unfinished;
  for (Open& open : open_) {
    const std::optional<double> end = runtime_.seconds_of(open.end);
    const std::optional<double> begin = end ? runtime_.seconds_of(open.begin) : std::nullopt;
    if (begin) {
      finished.push_back({std::move(open.part), open.sequence, *begin, *end});
    } else {
      unfinished.push_back(std::move(open));
    }
  }
  open_ = std::move(unfinished);
  return finished;
}

}  // namespace myxtts::device

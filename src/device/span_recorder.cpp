#include "device/span_recorder.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace myxtts::device {

std::vector<core::Span> SpanRecorder::take_finished() {
  std::vector<Open> ended;
  {
    const std::scoped_lock lock(mutex_);
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    ended.swap(open_);
  }
  std::vector<core::Span> finished;
  std::vector<Open> unfinished;
  for (Open& open : ended) {  // without the lock, which the roles' threads need: a device query takes time
    const std::optional<double> end = seconds_of(open.end);
    const std::optional<double> begin = end ? seconds_of(open.begin) : std::nullopt;
    if (begin) {
      finished.push_back({std::move(open.part), open.sequence, *begin, std::max(*begin, *end)});
    } else {
      unfinished.push_back(std::move(open));
    }
  }
  const std::scoped_lock lock(mutex_);
  open_.insert(open_.begin(), std::move_iterator(unfinished.begin()), std::move_iterator(unfinished.end()));
  return finished;
}

SpanRecorder::Moment SpanRecorder::now(std::optional<Stream> stream) {
  if (stream) return {runtime_.record_timed(*stream), 0};
  return {std::nullopt, runtime_.now_seconds()};
}

void SpanRecorder::keep(Open open, std::optional<Stream> stream) noexcept {
  try {
    open.end = now(stream);
    const std::scoped_lock lock(mutex_);
    open_.push_back(std::move(open));
  } catch (...) {
    const std::scoped_lock lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
}

std::optional<double> SpanRecorder::seconds_of(const Moment& moment) const {
  return moment.event ? runtime_.seconds_of(*moment.event) : std::optional(moment.host_seconds);
}

MeasuredPart::MeasuredPart(SpanRecorder* recorder, std::string_view part, std::uint64_t sequence,
                           std::optional<Stream> stream)
    : recorder_(recorder), part_(part), sequence_(sequence), stream_(stream), exceptions_(std::uncaught_exceptions()) {
  if (recorder_ == nullptr) return;
  begin_ = recorder_->now(stream_);
  recorder_->on_begin(part_);
}

MeasuredPart::~MeasuredPart() {
  if (recorder_ == nullptr || std::uncaught_exceptions() > exceptions_) return;
  recorder_->keep({std::move(part_), sequence_, std::move(begin_), {}}, stream_);
}

}  // namespace myxtts::device

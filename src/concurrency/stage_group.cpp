#include "concurrency/stage_group.hpp"

#include <utility>

#include "concurrency/cancelled.hpp"
#include "core/error.hpp"

namespace myxtts::concurrency {

StageGroup::~StageGroup() {
  stop();
  wait_for_stages();
}

void StageGroup::add_cancel(std::function<void()> cancel) {
  const std::lock_guard lock(mutex_);
  cancels_.push_back(std::move(cancel));
  if (stop_.stop_requested()) cancels_.back()();
}

void StageGroup::run(std::string stage_name, Body body) {
  threads_.emplace_back([this, name = std::move(stage_name), body = std::move(body)] { perform(name, body); });
}

void StageGroup::run_here(const std::string& stage_name, const Body& body) { perform(stage_name, body); }

void StageGroup::join() {
  wait_for_stages();
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

void StageGroup::stop() noexcept {
  // Before the first cancel: a stage that unwinds because one channel was cancelled may drop its permit of another
  // channel, and the resulting UnsentPermit must be recognised as a consequence of the stop.
  stop_.request_stop();
  const std::lock_guard lock(mutex_);
  for (const auto& cancel : cancels_) cancel();
}

std::string StageGroup::failed_stage() const {
  const std::lock_guard lock(mutex_);
  return failed_stage_;
}

void StageGroup::perform(const std::string& stage_name, const Body& body) noexcept {
  try {
    body(stop_.get_token());
  } catch (const Cancelled&) {
  } catch (core::Error& error) {
    error.add_context("in the stage '" + stage_name + "'");
    record_failure(stage_name, dynamic_cast<const UnsentPermit*>(&error) != nullptr);
    stop();
  } catch (...) {
    record_failure(stage_name, false);
    stop();
  }
}

void StageGroup::record_failure(const std::string& stage_name, bool is_symptom) {
  const std::lock_guard lock(mutex_);
  if (is_symptom && stop_.stop_requested()) return;
  if (failure_ && (is_symptom || !failure_is_symptom_)) return;
  failure_ = std::current_exception();
  failed_stage_ = stage_name;
  failure_is_symptom_ = is_symptom;
}

void StageGroup::wait_for_stages() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace myxtts::concurrency

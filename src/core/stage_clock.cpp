#include "core/stage_clock.hpp"

namespace myxtts::core {

void StageClock::add(std::string_view part, double seconds) {
  const std::scoped_lock lock(mutex_);
  auto found = parts_.find(part);
  if (found == parts_.end()) found = parts_.emplace(std::string(part), StageTime{}).first;
  found->second.seconds += seconds;
  ++found->second.count;
}

std::map<std::string, StageTime> StageClock::totals() const {
  const std::scoped_lock lock(mutex_);
  return {parts_.begin(), parts_.end()};
}

}  // namespace myxtts::core

#include "dataset/broken_clips.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/error.hpp"
#include "core/stopwatch.hpp"

namespace myxtts::dataset {
namespace {

// A read that fails after more than this time is not tried again.
constexpr double kHangingSeconds = 10;

bool is_there(const core::Path& folder) {
  std::error_code code;
  return std::filesystem::exists(folder, code);
}

}  // namespace

std::optional<media::Samples> BrokenClips::read(const Dataset& data, std::uint32_t clip, const FrameSpan& span) {
  const Clip& source = data.clip(clip);
  if (source.is_lost || hangs(source)) return std::nullopt;
  const core::Stopwatch watch;
  try {
    return data.get(clip, span).samples;
  } catch (const core::DataError& error) {
    note(data, source, error.what(), watch.seconds());
    return std::nullopt;
  }
}

std::size_t BrokenClips::count() const {
  const std::scoped_lock lock(mutex_);
  return broken_.size();
}

bool BrokenClips::hangs(const Clip& clip) const {
  const std::scoped_lock lock(mutex_);
  return hanging_.contains(key_of(clip));
}

void BrokenClips::note(const Dataset& data, const Clip& clip, const std::string& reason, double seconds) {
  const std::scoped_lock lock(mutex_);
  require_enough();  // over the limit already: no more warnings, the run is ending
  if (seconds > kHangingSeconds) hanging_.insert(key_of(clip));
  if (broken_.contains(key_of(clip))) return;
  if (const core::Path folder = clip.file.parent_path(); is_there(folder)) {
    broken_.insert(key_of(clip));
    console_.warning(fmt::format("clip '{}' ({}) broke: {}; training goes on without it", clip.id, clip.where, reason));
  } else {
    note_folder(data, folder);
  }
  require_enough();
}

void BrokenClips::note_folder(const Dataset& data, const core::Path& folder) {
  std::size_t count = 0;
  for (const Clip& clip : data.clips()) {
    if (clip.file.parent_path() == folder && broken_.insert(key_of(clip)).second) ++count;
  }
  console_.warning(
      fmt::format("the folder {} is gone, with {} clips; training goes on without them", folder.string(), count));
}

void BrokenClips::require_enough() const {
  if (within_limit(limit_.rejected + broken_.size(), limit_.total, limit_.max_rejected)) return;
  throw core::DataError(
      {.what = fmt::format("{} of {} clips cannot be used any more", limit_.rejected + broken_.size(), limit_.total),
       .where = {},
       .value = {},
       .expected = fmt::format("at most {:g} %", 100 * limit_.max_rejected),
       .advice = "Bring the recordings that are named above back, and go on with --resume."});
}

}  // namespace myxtts::dataset

#include "long_recordings/preparation_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace myxtts::long_recordings {
namespace {

using Json = nlohmann::ordered_json;

double milliseconds_exact(double seconds) {
  return static_cast<double>(static_cast<std::int64_t>(seconds * 1000 + 0.5)) / 1000;
}

Json to_json(const WrittenClip& clip) {
  Json json = {{"id", clip.id},
               {"begin", milliseconds_exact(clip.interval.begin_seconds)},
               {"end", milliseconds_exact(clip.interval.end_seconds)},
               {"text", clip.text}};
  if (!clip.speaker.empty()) json["speaker"] = clip.speaker;
  return json;
}

Json to_json(const LeftOut& left) {
  return {{"begin", milliseconds_exact(left.interval.begin_seconds)},
          {"end", milliseconds_exact(left.interval.end_seconds)},
          {"where", left.where},
          {"text", left.text},
          {"reason", left.reason}};
}

struct Loss {
  std::size_t count = 0;
  double seconds = 0;
  std::string first_where;
};

std::map<std::string, Loss> losses_by_reason(const std::vector<PreparedRecording>& recordings) {
  std::map<std::string, Loss> losses;
  for (const PreparedRecording& recording : recordings) {
    for (const LeftOut& left : recording.left_out) {
      Loss& loss = losses[left.reason];
      if (loss.count++ == 0) loss.first_where = left.where;
      loss.seconds += left.interval.seconds();
    }
  }
  return losses;
}

}  // namespace

double PreparedRecording::clip_seconds() const {
  double sum = 0;
  for (const WrittenClip& clip : clips) sum += clip.interval.seconds();
  return sum;
}

std::string preparation_json(const std::vector<PreparedRecording>& recordings) {
  Json json = Json::array();
  for (const PreparedRecording& recording : recordings) {
    Json clips = Json::array();
    Json left_out = Json::array();
    for (const WrittenClip& clip : recording.clips) clips.push_back(to_json(clip));
    for (const LeftOut& left : recording.left_out) left_out.push_back(to_json(left));
    json.push_back({{"recording", recording.recording.string()},
                    {"transcript", recording.transcript.string()},
                    {"seconds", milliseconds_exact(recording.seconds)},
                    {"clip_seconds", milliseconds_exact(recording.clip_seconds())},
                    {"clips", std::move(clips)},
                    {"left_out", std::move(left_out)}});
  }
  return Json{{"recordings", std::move(json)}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void print_preparation(const std::vector<PreparedRecording>& recordings, core::Console& console) {
  for (const PreparedRecording& recording : recordings) {
    console.info(fmt::format("{}: {} clips, {:.1f} of {:.1f} minutes", recording.recording.filename().string(),
                             recording.clips.size(), recording.clip_seconds() / 60, recording.seconds / 60));
  }
  const std::map<std::string, Loss> losses = losses_by_reason(recordings);
  if (losses.empty()) return;
  console.info("Left out:");
  console.info("  texts  seconds  reason");
  for (const auto& [reason, loss] : losses) {
    console.info(fmt::format("  {:5}  {:7.1f}  {} (first: {})", loss.count, loss.seconds, reason, loss.first_where));
  }
}

}  // namespace myxtts::long_recordings

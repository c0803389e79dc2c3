#include "dataset/known_recordings.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace myxtts::dataset {
namespace {

std::string key_of(const std::string& part, const std::string& where, const std::string& id) {
  return fmt::format("{} {} {}", part, where, id);
}

}  // namespace

void KnownRecordings::add(const std::string& part, std::span<const Clip> clips) {
  for (const Clip& clip : clips) recordings_[key_of(part, clip.where, clip.id)] = clip.audio;
}

std::optional<media::AudioInfo> KnownRecordings::find(const std::string& part, const manifest::ManifestRow& row) const {
  const auto found = recordings_.find(key_of(part, row.where, row.id));
  if (found == recordings_.end()) return std::nullopt;
  return found->second;
}

std::string KnownRecordings::to_json() const {
  nlohmann::json document = nlohmann::json::object();
  for (const auto& [key, audio] : recordings_) document[key] = {audio.frames, audio.sample_rate_hz, audio.channels};
  return document.dump(0) + "\n";
}

KnownRecordings KnownRecordings::from_json(const std::string& json) {
  KnownRecordings known;
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return known;
  for (const auto& [key, value] : document.items()) {
    if (!value.is_array() || value.size() != 3) continue;
    if (!value[0].is_number_integer() || !value[1].is_number_integer() || !value[2].is_number_integer()) continue;
    known.recordings_[key] = {
        .sample_rate_hz = value[1].get<int>(), .channels = value[2].get<int>(), .frames = value[0].get<std::int64_t>()};
  }
  return known;
}

}  // namespace myxtts::dataset

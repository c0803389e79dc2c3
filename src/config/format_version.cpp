#include "config/format_version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace myxtts::config {
namespace {

constexpr std::array<RemovedKey, 1> kRemovedKeys{{
    {"audio.sample_rate_hz", 2, "Every model hears 22050 Hz, whatever the rate of the recordings."},
}};

}  // namespace

const RemovedKey* removed_key(std::string_view key) {
  const auto* found = std::ranges::find(kRemovedKeys, key, &RemovedKey::key);
  return found == kRemovedKeys.end() ? nullptr : found;
}

core::ErrorDetails unknown_newer_key(std::string_view key, std::string where, std::int64_t version) {
  return {
      .what = "unknown key of a newer version",
      .where = std::move(where),
      .value = std::string(key),
      .expected = fmt::format("a file of format version {} or older; this one has version {}", kFormatVersion, version),
      .advice = "Use the program that wrote it, or a newer one."};
}

}  // namespace myxtts::config

#pragma once
// Which clips are held out for validation.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace myxtts::planning {

inline constexpr std::size_t kMinClipsToSplit = 50;

// Indices into the clips, ascending.
struct Split {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> validation;
};

// Holds out about `share` (0-1) of the clips, by a hash of each id alone: a clip stays on its side when others are
// added or removed. At least one clip is held out and at least one is not; if there are fewer than `min_clips`, or
// the share is 0, no clip is held out.
[[nodiscard]] Split split_by_hash(std::span<const std::string> ids, double share,
                                  std::size_t min_clips = kMinClipsToSplit);

}  // namespace myxtts::planning

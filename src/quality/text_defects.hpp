#pragma once
// Finds what looks wrong in the text of one clip, without its recording.

#include <string_view>
#include <vector>

#include "quality/finding.hpp"

namespace myxtts::quality {

// `written` is the transcript, `spoken` the normalised text; both are UTF-8.
[[nodiscard]] std::vector<FoundDefect> text_defects(std::string_view written, std::string_view spoken);

}  // namespace myxtts::quality

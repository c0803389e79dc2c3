#pragma once
// All stages, in the order in which a run trains them.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "stages/catalogue/codec.hpp"
#include "stages/catalogue/voice.hpp"

namespace myxtts::stages {

inline constexpr std::array kCatalogue{kCodec, kVoice};

// The stage whose checkpoints speak: a run ends with it, and the length of a run is planned in its epochs.
inline constexpr const StageEntry& kSpeaking = kCatalogue.back();
static_assert(kSpeaking.speaks);

// The names of all stages, separated by commas: the format of every list of stages.
[[nodiscard]] std::string all_names();

// Every list that settings.run.stages may have: all stages, or one.
[[nodiscard]] std::vector<std::string> stage_choices();

[[nodiscard]] std::vector<std::string> names_of(std::string_view list);

[[nodiscard]] bool is_named(std::string_view list, std::string_view name);

}  // namespace myxtts::stages

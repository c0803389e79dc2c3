#pragma once
// The basic properties of a training stage. Its plan is in stages/plan, its implementation in stages.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace myxtts::stages {

struct StageEntry {
  // The name of the stage, of its checkpoints ("NAME-00001000", "NAME-best"), and of the weights that it trains.
  std::string_view name;
  // The stage's number in the coordinates of random draws: changing it changes the bits of every run.
  std::uint32_t number = 0;
  // The stages whose frozen weights it uses; unused elements are empty.
  std::array<std::string_view, 3> needs = {};
  // Whether its checkpoints can speak a text.
  bool speaks = false;
  // Whether it can train on given batches (`profile --batches`).
  bool takes_given_batches = false;

  // The name under which a TrainState holds the weights that it trains.
  [[nodiscard]] std::string weights() const { return std::string(name); }

  [[nodiscard]] constexpr bool learns_from(std::string_view other) const {
    for (const std::string_view need : needs) {
      if (!need.empty() && need == other) return true;
    }
    return false;
  }
};

}  // namespace myxtts::stages

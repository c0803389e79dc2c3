#pragma once
// What everybody may know of a stage of training; the rest is its plan's (stages/plan) and its own (stages).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace myxtts::stages {

struct StageEntry {
  // Of the stage, of its checkpoints ("NAME-00001000", "NAME-best"), and of the weights that it trains.
  std::string_view name;
  // Its place in the coordinates of random draws: changing it changes the bits of every run.
  std::uint32_t number = 0;
  // The stages whose weights it learns from, frozen; empty: the rest of the array.
  std::array<std::string_view, 3> needs = {};
  // Its checkpoints speak a text.
  bool speaks = false;
  // It can train on batches that are given to it (`profile --batches`).
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

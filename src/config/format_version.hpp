#pragma once
// The version of the files that outlive the program that wrote them: config.toml of a run, and checkpoints. A program
// reads files of its own version and of every older one. What each version changed: docs/checkpoint_format.md.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace myxtts::config {

// Increases by 1 when a key is added or removed. A key never changes its meaning: it is removed and a new one is added.
inline constexpr std::int64_t kFormatVersion = 2;

// A key of config.toml that older versions had.
struct RemovedKey {
  std::string_view key;      // "table.field"
  std::int64_t gone_since;   // the first version without it
  std::string_view instead;  // the behaviour without the key, as a sentence
};

// Null if no older version had such a key.
[[nodiscard]] const RemovedKey* removed_key(std::string_view key);

// The error for an unknown `key` in a file of `version`, which is above kFormatVersion. `where` names the file.
[[nodiscard]] core::ErrorDetails unknown_newer_key(std::string_view key, std::string where, std::int64_t version);

}  // namespace myxtts::config

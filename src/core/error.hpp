#pragma once
// The errors that MyXTTS throws. They are caught in StageGroup and in main, which maps them to exit codes.

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>

namespace myxtts::core {

// What a user needs to correct a mistake. Empty parts are left out of the message.
struct ErrorDetails {
  std::string what;      // what went wrong: "unknown key"
  std::string where;     // file, line, flag or key: "config.toml:12"
  std::string value;     // the value that was found
  std::string expected;  // what was expected instead
  std::string advice;    // what to do
};

// "what: where: value 'x'; expected y. advice"
[[nodiscard]] std::string format_error(const ErrorDetails& details);

class Error : public std::runtime_error {
 public:
  explicit Error(const ErrorDetails& details) : std::runtime_error(format_error(details)) {}
  explicit Error(const std::string& message) : std::runtime_error(message) {}
  // Appends to the message where in the program the error happened: "what ... (context)". The error keeps its type.
  void add_context(const std::string& context);
  // The exit code of a program that ends with this error.
  [[nodiscard]] virtual int exit_code() const noexcept { return 1; }
};

// A mistake that can be detected from the command line alone.
class UsageError : public Error {
 public:
  using Error::Error;
  [[nodiscard]] int exit_code() const noexcept override { return 2; }
};

class ConfigError : public Error {
 public:
  using Error::Error;
};

class DataError : public Error {
 public:
  using Error::Error;
};

class DeviceError : public Error {
 public:
  using Error::Error;
};

class CheckpointError : public Error {
 public:
  using Error::Error;
};

// A role asked for more memory than its cap leaves.
class OutOfMemoryError : public Error {
 public:
  using Error::Error;
  [[nodiscard]] int exit_code() const noexcept override { return 3; }
};

class DivergenceError : public Error {
 public:
  using Error::Error;
  [[nodiscard]] int exit_code() const noexcept override { return 4; }
};

// The candidate with the smallest edit distance to `name`, or "" if every distance is above max(2, a third of the
// length of `name`).
template <typename Names>
[[nodiscard]] std::string nearest_name(std::string_view name, const Names& candidates);

// Levenshtein distance between two names.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

template <typename Names>
std::string nearest_name(std::string_view name, const Names& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace myxtts::core

#pragma once
// The exceptions that end a wait in the pipeline without a result.

#include <cstdint>
#include <exception>
#include <string>

#include "core/error.hpp"

namespace myxtts::concurrency {

// The pipeline was stopped. It ends a thread's work and is not a failure.
class Cancelled : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

// A permit was destroyed before it sent its item, so the channel can never deliver that sequence number. If the permit
// was destroyed by an exception, that exception is the cause and this error only a symptom.
class UnsentPermit : public core::Error {
 public:
  explicit UnsentPermit(std::uint64_t sequence)
      : Error(core::ErrorDetails{.what = "a pipeline stage dropped its place in a channel",
                                 .where = "Channel",
                                 .value = std::to_string(sequence),
                                 .expected = "an item for every sequence number that was reserved",
                                 .advice = "This is a defect in the stage that feeds the channel."}) {}
};

}  // namespace myxtts::concurrency

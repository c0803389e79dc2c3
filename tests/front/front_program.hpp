#pragma once
// The real front beside an engine that only says what it was handed, run in a folder of the test's own.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/file_system.hpp"
#include "requests/requests.hpp"
#include "support/fake_file_system.hpp"

namespace myxtts::front_test {

struct Outcome {
  int exit_code = -1;  // 128 + N where signal N ended it
  std::string out;
  std::string err;
  double milliseconds = 0;  // without what was waited for a processor that others kept busy
};

class FrontProgram : public testing::Test {
 protected:
  FrontProgram();

  // Runs `myxtts ARGUMENTS` in work(), by default on a machine without GPUs.
  [[nodiscard]] Outcome run(const std::vector<std::string>& arguments) const;
  // Of several runs, until one takes at most `limit_ms`: other work on the machine only ever adds to a time.
  [[nodiscard]] double shortest_ms(const std::vector<std::string>& arguments, double limit_ms) const;
  // The request in what a run of the front printed; fails the test where the engine was not reached, or with the
  // request of another command. EngineRequest: what the requests of all commands hold.
  template <typename Request = requests::EngineRequest>
  [[nodiscard]] static Request request_in(const Outcome& outcome) {
    const requests::Request request = any_request_in(outcome);
    if constexpr (std::is_same_v<Request, requests::EngineRequest>) {
      return std::visit([](const requests::EngineRequest& held) { return held; }, request);
    } else {
      EXPECT_TRUE(std::holds_alternative<Request>(request)) << outcome.out;
      return std::holds_alternative<Request>(request) ? std::get<Request>(request) : Request{};
    }
  }
  // What the engine was handed by `myxtts ARGUMENTS`; fails as request_in().
  template <typename Request = requests::EngineRequest>
  [[nodiscard]] Request handed_over(const std::vector<std::string>& arguments) const {
    return request_in<Request>(run(arguments));
  }

  // From now on there are GPUs of so many MiB ("24576,24576"), and an engine for them beside the other.
  void add_gpus(const std::string& megabytes);
  // A variable of the program's environment.
  void set(const std::string& name, const std::string& value) { environment_[name] = value; }

  void write(const core::Path& file, const std::string& text) const;
  // A run folder that was made with `settings`.
  void make_run(const core::Path& folder, const config::Settings& settings) const;
  // Every file, folder and link of work() with its content: what a mistake may not change.
  [[nodiscard]] std::map<std::string, std::string> listing() const;

  [[nodiscard]] core::Path work() const { return temporary_.path() / "place" / "work"; }

 private:
  [[nodiscard]] static requests::Request any_request_in(const Outcome& outcome);
  void write_engine(const std::string& name) const;

  support::TemporaryFolder temporary_;
  std::map<std::string, std::string> environment_ = {{"CUDA_VISIBLE_DEVICES", "-1"}};  // whatever this machine has
};

}  // namespace myxtts::front_test
